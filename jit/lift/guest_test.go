package lift

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"axol/jit/a64"
	"axol/jit/interp"
	"axol/jit/ir"
)

// A trial is a short sequence of instructions and the state it starts from. It
// is run by qemu-aarch64, lifted and interpreted, and run by the translator; all must end the same.
//
// X28 points to the trial's state and X29 is used around the sequence: it may
// use neither. Memory it uses is the window, which one trial hands on to the next.
type trial struct {
	words []uint32
	start guestState
}

// guestState is laid out as the guest program finds it in memory.
type guestState struct {
	X    [28]uint64
	SP   uint64
	NZCV uint64
	FPSR uint64
	FPCR uint64
	V    [32][2]uint64
	Sum  uint64 // CRC-32C of the window afterwards
	_    uint64
}

const (
	stateSize    = uint64(unsafe.Sizeof(guestState{}))
	windowSize   = 8192
	imageBase    = 0x10000000
	windowBase   = imageBase + 0x1000
	windowMiddle = windowBase + windowSize/2
	firstState   = windowBase + windowSize
)

// image is the memory of the guest: headers, the window, a state for each
// trial, then the code.
type image struct {
	mem    []byte
	places []uint64 // where each trial's sequence is
	entry  uint64
}

func buildImage(trials []trial, seed uint64) *image {
	im := new(image)
	window := make([]byte, firstState-imageBase)
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := 0x1000; i < len(window); i++ {
		window[i] = byte(rng.Uint32())
	}
	var states bytes.Buffer
	for i := range trials {
		if err := binary.Write(&states, binary.LittleEndian, &trials[i].start); err != nil {
			panic(err)
		}
	}
	im.mem = append(window, states.Bytes()...)
	im.entry = imageBase + uint64(len(im.mem))
	im.code(0x58000000|2<<5|28, 0x14000003) // ldr x28, .+8; b .+12
	im.mem = binary.LittleEndian.AppendUint64(im.mem, firstState)
	for i := range trials {
		im.code(loadState...)
		im.places = append(im.places, imageBase+uint64(len(im.mem)))
		im.code(trials[i].words...)
		im.code(storeState...)
	}
	im.code(0xd2800000|1<<5, 0x58000000|8<<5|1, 0x58000000|9<<5|2) // mov x0, #1; ldr x1, =states; ldr x2, =size
	im.code(0xd2800808, 0xd4000001, 0xd2800000, 0xd2800ba8, 0xd4000001, 0xd503201f)
	im.mem = binary.LittleEndian.AppendUint64(im.mem, firstState)
	im.mem = binary.LittleEndian.AppendUint64(im.mem, stateSize*uint64(len(trials)))
	return im
}

func (im *image) code(words ...uint32) {
	for _, w := range words {
		im.mem = binary.LittleEndian.AppendUint32(im.mem, w)
	}
}

// loadState and storeState are the code around a sequence.
var loadState, storeState = stateCode()

func stateCode() (load, store []uint32) {
	const x29 = 29
	each := func(ldpX, ldpQ uint32) (code []uint32) {
		for i := range uint32(16) {
			code = append(code, ldpQ|(16+2*i)<<15|(2*i+1)<<10|28<<5|2*i)
		}
		for i := range uint32(14) {
			code = append(code, ldpX|2*i<<15|(2*i+1)<<10|28<<5|2*i)
		}
		return code
	}
	ldr := func(slot uint32) uint32 { return 0xf9400000 | slot<<10 | 28<<5 | x29 }
	str := func(slot uint32) uint32 { return 0xf9000000 | slot<<10 | 28<<5 | x29 }
	const msr, mrs, nzcv, fpsr, fpcr = 0xd5100000, 0xd5300000, 0xb4200, 0xb4420, 0xb4400
	load = []uint32{ldr(28), 0x9100001f | x29<<5, ldr(29), msr | nzcv | x29, ldr(30), msr | fpsr | x29, ldr(31), msr | fpcr | x29}
	load = append(load, each(0xa9400000, 0xad400000)...)
	store = each(0xa9000000, 0xad000000)
	store = append(store, mrs|nzcv|x29, str(29), mrs|fpsr|x29, str(30), mrs|fpcr|x29, str(31), 0x910003e0|x29, str(28))
	// CRC of the window: adr-free, because the code moves; movz/movk x0.
	store = append(store, 0xd2800000|(windowBase&0xffff)<<5, 0xf2a00000|(windowBase>>16)<<5, // x0 = window
		0xd2800000|(windowSize/8)<<5|1, 0x2a1f03e2, // x1 = doublewords, w2 = 0
		0xf8408403, 0x9ac35c42, 0xf1000421, 0x54ffffa1, // ldr x3, [x0], #8; crc32cx w2, w2, x3; subs x1, x1, #1; b.ne
		0xf9000000|uint32(96)<<10|28<<5|2, 0x91000000|uint32(stateSize)<<10|28<<5|28) // str x2, [x28, #768]; add x28, x28, #size
	return load, store
}

// elf wraps the image in the smallest program there can be.
func (im *image) elf() []byte {
	var b bytes.Buffer
	b.Write([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	size := uint64(len(im.mem))
	for _, v := range []any{uint16(2), uint16(183), uint32(1), im.entry, uint64(64), uint64(0), uint32(0),
		uint16(64), uint16(56), uint16(1), uint16(0), uint16(0), uint16(0),
		uint32(1), uint32(7), uint64(0), uint64(imageBase), uint64(imageBase), size, size, uint64(0x1000)} {
		binary.Write(&b, binary.LittleEndian, v)
	}
	return append(b.Bytes(), im.mem[b.Len():]...)
}

// qemu runs the program by qemu-aarch64 and returns the states the trials end in.
func (im *image) qemu(t *testing.T, n int) []guestState {
	t.Helper()
	tool, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		t.Skip("needs qemu-aarch64-static (qemu-user-static)")
	}
	return im.run(t, n, tool, "-cpu", "max")
}

// translate runs the program by the translator: by the axol command, because the engine is
// above this package.
func (im *image) translate(t *testing.T, n int) []guestState {
	t.Helper()
	file, err := axol()
	if err != nil {
		t.Fatal(err)
	}
	return im.run(t, n, file, "run")
}

// axol builds the command once; TestMain removes it.
var axol = sync.OnceValues(func() (string, error) {
	file := filepath.Join(buildDir, "axol")
	if out, err := exec.Command("go", "build", "-o", file, "axol/cmd/axol").CombinedOutput(); err != nil {
		return "", fmt.Errorf("axol: %w\n%s", err, out)
	}
	return file, nil
})

var buildDir string

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "lift"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	_ = os.RemoveAll(buildDir)
	os.Exit(status)
}

// run runs the program by a tool and returns the states the trials end in.
func (im *image) run(t *testing.T, n int, tool string, args ...string) []guestState {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trials")
	if err := os.WriteFile(file, im.elf(), 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, append(args, file)...).Output()
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	states := make([]guestState, n)
	if err := binary.Read(bytes.NewReader(out), binary.LittleEndian, states); err != nil {
		t.Fatalf("%s wrote %d bytes: %v", tool, len(out), err)
	}
	return states
}

// interpret lifts and interprets the trials, in order.
func (im *image) interpret(t *testing.T, trials []trial) []guestState {
	t.Helper()
	mem, err := syscall.Mmap(-1, 0, (len(im.mem)+4095)&^4095, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(mem)
	copy(mem, im.mem)
	host := uint64(uintptr(unsafe.Pointer(&mem[0])))
	var (
		lf     Lifter
		unit   ir.Unit
		m      interp.Machine
		states = make([]guestState, len(trials))
	)
	for i, tr := range trials {
		st := &ir.State{SP: tr.start.SP, NZCV: tr.start.NZCV, V: tr.start.V, FPSR: uint32(tr.start.FPSR), FPCR: uint32(tr.start.FPCR),
			MemBase: host - imageBase, MemLimit: imageBase + uint64(len(im.mem)), Budget: 1000}
		copy(st.X[:], tr.start.X[:])
		end := im.places[i] + 4*uint64(len(tr.words))
		for st.PC = im.places[i]; st.PC < end && st.Budget > 0; {
			lf.One(&unit, st.PC, tr.words[(st.PC-im.places[i])/4])
			if err := unit.Verify(); err != nil {
				t.Fatalf("%v\n%s", err, &unit)
			}
			kind := m.Run(&unit, st)
			if kind != ir.ExitNext && kind != ir.ExitTrap+ir.ExitKind(ir.TrapRegime) {
				t.Fatalf("%s: exit %s at %#x", tr, kind, st.PC)
			}
		}
		s := guestState{SP: st.SP, NZCV: st.NZCV, V: st.V, FPSR: uint64(st.FPSR), FPCR: uint64(st.FPCR)}
		copy(s.X[:], st.X[:])
		s.Sum = uint64(windowSum(mem))
		states[i] = s
	}
	return states
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// windowSum is what the program's CRC32CX loop computes, which does not invert.
func windowSum(mem []byte) uint32 {
	return ^crc32.Update(^uint32(0), castagnoli, mem[windowBase-imageBase:firstState-imageBase])
}

func (tr trial) String() string {
	var s string
	for _, w := range tr.words {
		s += fmt.Sprintf("%08x %s; ", w, a64.Listing(w, 0))
	}
	return s
}

// runTrials holds the lifter and the interpreter, and the translator, against QEMU.
func runTrials(t *testing.T, trials []trial, seed uint64) {
	t.Helper()
	im := buildImage(trials, seed)
	want := im.qemu(t, len(trials))
	compare(t, "interpreter", trials, im.interpret(t, trials), want)
	if goruntime.GOARCH == "amd64" { // the only host there is a translator for
		compare(t, "translator", trials, im.translate(t, len(trials)), want)
	}
	t.Logf("%d trials", len(trials))
}

func compare(t *testing.T, engine string, trials []trial, got, want []guestState) {
	t.Helper()
	failures := 0
	for i, tr := range trials {
		if diff := difference(&tr.start, &got[i], &want[i]); diff != "" {
			t.Errorf("%s: %s%s", engine, tr, diff)
			if failures++; failures == 20 {
				t.Fatal("too many differences")
			}
		}
	}
}

// difference describes how two states differ.
func difference(start, got, want *guestState) (s string) {
	note := func(name string, a, g, w any) {
		if g != w {
			s += fmt.Sprintf("\n\t%s was %#x: %#x, qemu %#x", name, a, g, w)
		}
	}
	for i := range want.X {
		note(fmt.Sprintf("X%d", i), start.X[i], got.X[i], want.X[i])
	}
	for i := range want.V {
		note(fmt.Sprintf("V%d", i), start.V[i], got.V[i], want.V[i])
	}
	note("SP", start.SP, got.SP, want.SP)
	note("NZCV", start.NZCV, got.NZCV, want.NZCV)
	note("FPSR", start.FPSR, got.FPSR, want.FPSR)
	note("FPCR", start.FPCR, got.FPCR, want.FPCR)
	note("window", start.Sum, got.Sum, want.Sum)
	return s
}

// randomState is a state with interesting numbers in it.
func randomState(rng *rand.Rand) (s guestState) {
	for i := range s.X {
		s.X[i] = interesting(rng)
	}
	for i := range s.V {
		s.V[i] = [2]uint64{interesting(rng), interesting(rng)}
	}
	s.SP = windowMiddle
	s.NZCV = uint64(rng.Uint32()) & (0xf << 28)
	return s
}

// interesting is a random number, often one at an edge.
func interesting(rng *rand.Rand) uint64 {
	switch rng.IntN(4) {
	case 0:
		edges := [...]uint64{0, 1, 1<<63 - 1, 1 << 63, ^uint64(0), 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 0xffffffff80000000, 0xff, 0x80, 0x8000}
		return edges[rng.IntN(len(edges))]
	case 1:
		return uint64(int64(rng.Uint64()) >> rng.IntN(64))
	}
	return rng.Uint64()
}
