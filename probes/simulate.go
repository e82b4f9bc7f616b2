package probes

import "fmt"

// Memory loads a little-endian value of 1, 2, 4 or 8 bytes from the guest; ok
// is false when the guest's access would fault.
type Memory func(addr uint64, size int) (value uint64, ok bool)

// MemoryFault is the guest address a simulated instruction could not read. The
// state is as it was before the instruction.
type MemoryFault struct {
	Addr uint64
	Size int
}

func (f MemoryFault) Error() string {
	return fmt.Sprintf("cannot read %d bytes of guest memory at %#x", f.Size, f.Addr)
}

// Simulate does to regs what the kernel's handler h does for the instruction
// word probed at addr. NoHandler does nothing, as in the kernel. The error is
// nil or a MemoryFault.
//
// Branches compute from addr, the others go on from regs.PC: the two differ
// when a pre handler has changed PC, and then so does the outcome.
func Simulate(r *Rules, h Handler, word uint32, addr uint64, regs *Regs, load Memory) error {
	s := simulation{rules: r, word: word, addr: addr, Regs: regs, load: load}
	return simulators[h](s)
}

type simulation struct {
	rules *Rules
	word  uint32
	addr  uint64
	*Regs
	load Memory
}

var simulators = [...]func(simulation) error{
	NoHandler:       func(simulation) error { return nil },
	HandlerBBl:      simulation.bBl,
	HandlerBCond:    simulation.bCond,
	HandlerCbz:      simulation.cbz,
	HandlerTbz:      simulation.tbz,
	HandlerAdr:      simulation.adr,
	HandlerBrBlrRet: simulation.brBlrRet,
	HandlerBrBlr:    simulation.brBlrRet,
	HandlerRet:      simulation.brBlrRet,
	HandlerLdr:      simulation.ldr,
	HandlerLdrsw:    simulation.ldrsw,
	HandlerNop:      simulation.nop,
}

// signed extracts the width bits of the word from bit low up, as a signed
// number.
func (s simulation) signed(low, width uint) uint64 {
	return uint64(int64(uint64(s.word)<<(64-low-width)) >> (64 - width))
}

func (s simulation) rt() uint32 { return s.word & 31 }

// branch goes to the offset, in words, in a field of the instruction if it is
// taken, else to the next instruction.
func (s simulation) branch(taken bool, low, width uint) error {
	s.PC = s.addr + 4
	if taken {
		s.PC = s.addr + s.signed(low, width)*4
	}
	return nil
}

func (s simulation) bBl() error {
	if s.word>>31 != 0 {
		s.X[30] = s.addr + 4
	}
	return s.branch(true, 0, 26)
}

func (s simulation) bCond() error { return s.branch(s.holds(s.word&15), 5, 19) }

func (s simulation) cbz() error {
	v := s.get(s.rt())
	if s.word>>31 == 0 {
		v = uint64(uint32(v))
	}
	return s.branch((v != 0) == (s.word>>24&1 == 1), 5, 19)
}

func (s simulation) tbz() error {
	bit := s.word>>31<<5 | s.word>>19&31
	return s.branch(s.get(s.rt())>>bit&1 == uint64(s.word>>24&1), 5, 14)
}

func (s simulation) adr() error {
	base, offset := s.addr, s.signed(5, 19)<<2|uint64(s.word>>29&3)
	if s.word>>31 != 0 {
		base, offset = base&^0xfff, offset<<12
	}
	s.set(s.rt(), base+offset)
	s.PC += 4
	return nil
}

func (s simulation) brBlrRet() error {
	// The target is read before X30 is written: BLR X30 goes to the old value.
	s.PC = s.get(s.word >> 5 & 31)
	if s.word>>21&3 == 1 {
		s.X[30] = s.addr + 4
	}
	return nil
}

// literal loads size bytes from the instruction's PC-relative address.
func (s simulation) literal(size int) (uint64, error) {
	addr := s.addr + s.signed(5, 19)*4
	v, ok := s.load(addr, size)
	if !ok {
		return 0, MemoryFault{addr, size}
	}
	return v, nil
}

func (s simulation) ldr() error {
	wide := s.word>>30&1 == 1
	size := 8
	if !wide && !s.rules.WideLiteral {
		size = 4
	}
	v, err := s.literal(size)
	if err != nil {
		return err
	}
	if !wide {
		v = uint64(uint32(v))
	}
	s.set(s.rt(), v)
	s.PC += 4
	return nil
}

func (s simulation) ldrsw() error {
	v, err := s.literal(4)
	if err != nil {
		return err
	}
	s.set(s.rt(), uint64(int64(int32(v))))
	s.PC += 4
	return nil
}

func (s simulation) nop() error {
	s.PState &^= pstateBTYPE // as executing any instruction does
	s.PC += 4
	return nil
}
