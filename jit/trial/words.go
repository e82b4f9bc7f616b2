package trial

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"

	"axol/jit/a64"
)

// Words is a program that runs any words at all, one after the other, each with all registers
// pointing to the middle of memory that it may change. What a word does is not looked at, but the
// signal it ends in is.
type Words struct {
	File    []byte // the ELF file
	Results uint64 // where the program keeps the number of each word's signal: a byte each, 0 for none
	words   []uint32
}

// Layout of the program: code, then a page for the handler's own, the results, and the memory for the
// words, which has room for the largest offset of a load or store on either side.
const (
	textAt   = Base + 0x1000
	wordSize = 4 * (4 + 2 + 31 + 1) // bytes of code for each word
	room     = 1 << 17
	page     = 0x1000
	altStack = 0x8000
)

// NewWords makes the program.
func NewWords(words []uint32) *Words {
	im := &Image{Mem: make([]byte, textAt-Base)}
	// The size of the code is known before it is made.
	const headSize = 4 * 100
	own := (textAt + headSize + uint64(len(words))*wordSize + 2*page) &^ (page - 1)
	w := &Words{Results: own + page + altStack, words: words}
	middle := (w.Results+uint64(len(words))+page)&^(page-1) + room

	handler := im.here()
	first := uint64(textAt + headSize + wordSize) // behind the first word
	im.code(address(3, own)...)
	im.code(0xf9400064) // ldr x4, [x3]: where to go on
	im.code(address(5, first)...)
	im.code(0xcb050086, movz(7, 0, wordSize), 0x9ac708c6) // sub x6, x4, x5; udiv x6, x6, x7
	im.code(address(8, w.Results)...)
	im.code(0x38266900, 0xf900dc44, ret) // strb w0, [x8, x6]; str x4, [x2, #440]: the PC to return to
	restorer := im.here()
	im.code(movz(8, 0, 139), svc) // rt_sigreturn

	entry := im.here()
	stack, action := own+64, own+128
	im.code(address(0, stack)...)
	im.code(movz(1, 0, 0), movz(8, 0, 132), svc) // sigaltstack
	for _, signal := range [...]uint64{4, 5, 7, 8, 11} {
		im.code(movz(0, 0, signal))
		im.code(address(1, action)...)
		im.code(movz(2, 0, 0), movz(3, 0, 8), movz(8, 0, 134), svc) // rt_sigaction
	}
	for im.here() < textAt+headSize {
		im.code(nop)
	}
	for _, word := range words {
		im.code(address(29, own)...)
		im.code(adr(30, wordSize-8), 0xf90003be) // str x30, [x29]
		im.code(address(0, middle)...)
		for r := uint32(1); r < 31; r++ {
			im.code(mov(r, 0))
		}
		im.code(0x9100001f, word) // mov sp, x0
	}
	im.code(movz(0, 0, 3))
	im.code(address(1, w.Results)...)
	im.code(address(2, uint64(len(words)))...)
	im.code(movz(8, 0, 64), svc, movz(0, 0, 0), movz(8, 0, 94), svc) // write(3, results), exit_group(0)

	text := uint64(len(im.Mem)) - page
	im.Mem = append(im.Mem, make([]byte, middle+room-im.here())...)
	put := func(at uint64, values ...uint64) {
		for i, v := range values {
			binary.LittleEndian.PutUint64(im.Mem[at-Base+8*uint64(i):], v)
		}
	}
	const siginfo, onstack, nodefer, withRestorer = 4, 0x08000000, 0x40000000, 0x04000000
	put(stack, own+page, 0, altStack)
	put(action, handler, siginfo|onstack|nodefer|withRestorer, restorer, 0)
	w.File = elfFile(im.Mem, entry, segment{textAt, text, 5}, segment{own, uint64(len(im.Mem)) - (own - Base), 6})
	return w
}

// address makes Xrd an address below 4 GiB.
func address(rd uint32, v uint64) []uint32 { return []uint32{movz(rd, 0, v), movk(rd, 1, v)} }

// QEMU runs the program and returns the signals.
func (w *Words) QEMU(tool, dir string) ([]byte, error) {
	path := filepath.Join(dir, "words")
	if err := os.WriteFile(path, w.File, 0o700); err != nil {
		return nil, err
	}
	defer os.Remove(path)
	out, err := os.CreateTemp(dir, "signals")
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command(tool, "-cpu", "max", path)
	cmd.ExtraFiles = []*os.File{out} // its descriptor 3
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	b := make([]byte, len(w.words))
	_, err = out.ReadAt(b, 0)
	return b, err
}

// RandomWords makes n words for [NewWords]: any at all, and words near to those of each line, with up to three
// bits wrong. Left out are those that would leave the program: system calls and direct branches.
func RandomWords(rng *rand.Rand, n int) []uint32 {
	table := a64.Table()
	words := make([]uint32, 0, n)
	for len(words) < n {
		w := rng.Uint32()
		if len(words)%4 != 0 {
			w = table[rng.IntN(len(table))].Random(rng)
			for range rng.IntN(4) {
				w ^= 1 << rng.IntN(32)
			}
		}
		if in := a64.Decode(w); !leaves(in) && !abortsQEMU(in) {
			words = append(words, w)
		}
	}
	return words
}

// SystemWords are all MSR, MRS, SYS and SYSL there are, of one register.
func SystemWords() (words []uint32) {
	for w := uint32(0xd5080001); w < 0xd5400000; w += 1 << 5 {
		switch a64.Decode(w).Op {
		case a64.OpMsr, a64.OpMrs, a64.OpSys, a64.OpSysl:
			words = append(words, w)
		}
	}
	return words
}

func leaves(in a64.Inst) bool {
	switch in.Op {
	case a64.OpB, a64.OpBl, a64.OpBCond, a64.OpBcCond, a64.OpCbz, a64.OpCbnz, a64.OpTbz, a64.OpTbnz, a64.OpSvc:
		return true
	case a64.OpHlt: // a semihosting call of QEMU
		return in.Imm16() == 0xf000
	}
	return false
}

// abortsQEMU: on unallocated words of "Advanced SIMD two-register miscellaneous (FP16)", scalar too, QEMU 7.2 stops by
// a failed assertion.
func abortsQEMU(in a64.Inst) bool {
	const mask, vector, scalar = 0x9f7e0c00, 0x0e780800, 0x1e780800
	class := in.Word & mask
	return in.Op == a64.OpUnallocated && (class == vector || class == scalar)
}
