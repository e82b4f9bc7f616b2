package trial

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"axol/jit/a64"
)

// A Trial is a short sequence of instructions and the state it starts from.
type Trial struct {
	Line  *a64.Line
	Words []uint32
	Start State
}

func (tr *Trial) String() string {
	s := fmt.Sprintf("fpcr %#x: ", tr.Start.FPCR)
	for _, w := range tr.Words {
		s += fmt.Sprintf("%08x %s; ", w, a64.Listing(w, 0))
	}
	return s
}

// Where the program is: a page of headers, the states, the code.
const (
	Base       = 0x10000000
	firstState = Base + 0x1000
)

// memoryOf is where the memory of trial number i is.
func memoryOf(i int) uint64 { return firstState + uint64(i)*stateSize + memOffset }

// Image is a program that runs trials.
type Image struct {
	Mem   []byte // from Base on
	Entry uint64
	n     int
}

// Build makes the program. X28 points to the state of the trial that is running.
func Build(trials []Trial) *Image {
	var states bytes.Buffer
	states.Write(make([]byte, firstState-Base))
	for i := range trials {
		if err := binary.Write(&states, binary.LittleEndian, &trials[i].Start); err != nil {
			panic(err)
		}
	}
	im := &Image{Mem: states.Bytes(), n: len(trials)}
	load := im.here()
	im.code(loadState()...)
	store := im.here()
	im.code(storeState()...)
	im.Entry = im.here()
	im.code(movz(28, 0, firstState), movk(28, 1, firstState))
	for i := range trials {
		im.call(load)
		im.code(trials[i].Words...)
		im.call(store)
	}
	size := stateSize * uint64(len(trials))
	im.code(movz(0, 0, 1), movz(1, 0, firstState), movk(1, 1, firstState), movz(2, 0, size), movk(2, 1, size))
	im.code(movz(8, 0, 64), svc, movz(0, 0, 0), movz(8, 0, 93), svc) // write(1, states, size), exit(0)
	return im
}

// States reads the states out of the program's memory, or out of what it wrote.
func States(b []byte, n int) ([]State, error) {
	states := make([]State, n)
	err := binary.Read(bytes.NewReader(b), binary.LittleEndian, states)
	return states, err
}

// FirstState is where the states are in the program's memory.
func (im *Image) FirstState() (addr uint64, size int) { return firstState, im.n * int(stateSize) }

// Running is the number of the trial that is running when X28 is x.
func Running(x uint64) int { return int((x - firstState) / stateSize) }

func (im *Image) here() uint64 { return Base + uint64(len(im.Mem)) }

func (im *Image) code(words ...uint32) {
	for _, w := range words {
		im.Mem = binary.LittleEndian.AppendUint32(im.Mem, w)
	}
}

func (im *Image) call(addr uint64) {
	im.code(0x94000000 | uint32(addr-im.here())>>2&0x3ffffff)
}

// Instructions of the programs.
const (
	svc      = 0xd4000001
	ret      = 0xd65f03c0
	nop      = 0xd503201f
	branch8  = 0x14000002 // b .+8
	branch20 = 0x14000005
	movX27   = 0xd2800020 | 27 // mov x27, #1: tells that it was run
)

func movz(rd, half uint32, v uint64) uint32 {
	return 0xd2800000 | half<<21 | uint32(v>>(16*half))&0xffff<<5 | rd
}

func movk(rd, half uint32, v uint64) uint32 { return movz(rd, half, v) | 1<<29 }

// stateRegisters are SP, which goes through X29, and those that MRS and MSR move.
var stateRegisters = [...]uint32{0xb4200, 0xb4420, 0xb4400} // NZCV, FPSR, FPCR

func loadState() (code []uint32) {
	ldr := func(slot uint32) uint32 { return 0xf9400000 | slot<<10 | 28<<5 | 29 }
	code = append(code, ldr(28), 0x910003bf) // mov sp, x29
	for i, r := range stateRegisters {
		code = append(code, ldr(29+uint32(i)), 0xd5100000|r|29)
	}
	return append(append(code, each(0xa9400000, 0xad400000)...), ret)
}

func storeState() (code []uint32) {
	str := func(slot uint32) uint32 { return 0xf9000000 | slot<<10 | 28<<5 | 29 }
	code = each(0xa9000000, 0xad000000)
	code = append(code, 0x910003fd, str(28)) // mov x29, sp
	for i, r := range stateRegisters {
		code = append(code, 0xd5300000|r|29, str(29+uint32(i)))
	}
	return append(code, 0x91000000|uint32(stateSize)<<10|28<<5|28, ret) // add x28, x28, #size
}

// each is a pair instruction for all X0 to X27 and V0 to V31.
func each(pairX, pairQ uint32) (code []uint32) {
	for i := range uint32(16) {
		code = append(code, pairQ|(16+2*i)<<15|(2*i+1)<<10|28<<5|2*i)
	}
	for i := range uint32(14) {
		code = append(code, pairX|2*i<<15|(2*i+1)<<10|28<<5|2*i)
	}
	return code
}

// ELF wraps the program in the smallest file there can be.
func (im *Image) ELF() []byte {
	return elfFile(im.Mem, im.Entry, segment{Base, uint64(len(im.Mem)), 7})
}

type segment struct {
	addr, size uint64
	flags      uint32
}

// elfFile makes a program of memory from Base on, whose first page is for the headers.
func elfFile(mem []byte, entry uint64, segments ...segment) []byte {
	var b bytes.Buffer
	b.Write([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v)
		}
	}
	put(uint16(2), uint16(183), uint32(1), entry, uint64(64), uint64(0), uint32(0),
		uint16(64), uint16(56), uint16(len(segments)), uint16(0), uint16(0), uint16(0))
	for _, s := range segments {
		put(uint32(1), s.flags, s.addr-Base, s.addr, s.addr, s.size, s.size, uint64(0x1000))
	}
	return append(b.Bytes(), mem[b.Len():]...)
}
