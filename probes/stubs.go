package probes

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"syscall"

	"axol/jit/ir"
)

// stubs is a page of guest code that the kernel has for its probes: where functions with
// kretprobes return to, the end of jprobe handlers, and two breakpoints of ours. Like the slots it is in no memory
// by shadow placement.
type stubs struct {
	base  uint64
	words []uint32 // nil: in guest memory

	callReturn, dead uint64
	trampoline       uint64
	handler          uint64 // where the assembled trampoline calls the kernel, 0: BRK #7
	jprobeReturn     uint64
	jprobeBreak      uint64 // the label jprobe_return_break

	entries [maxJprobes]atomic.Pointer[Jprobe] // jprobes whose handler is a Go function
}

// stubHook marks the hooks of stubs. Numbers of sites are smaller.
const stubHook = 1 << 28

// Hooks of stubs. Those of jprobes' entries follow.
const (
	hookReturn = stubHook + iota
	hookJprobeReturn
	hookEntries
)

// jprobeEntries is where the page has the entries of jprobes, of two words each.
const (
	jprobeEntries = 0x400
	maxJprobes    = (slotPageLen - jprobeEntries) / 8
)

// The words that stubs are made of.
const (
	wordNop     = 0xd503201f
	wordMovSPX0 = 0x9100001f // mov sp, x0
)

// makeStubs assembles the page for a kernel.
func makeStubs(mech *mechanism, base uint64) *stubs {
	t := &stubs{base: base}
	here := func() uint64 { return base + 4*uint64(len(t.words)) }
	put := func(words ...uint32) { t.words = append(t.words, words...) }
	t.callReturn = here()
	put(brkWord(immCallReturn))
	t.dead = here()
	put(brkWord(immDead))
	t.jprobeReturn = here()
	put(wordNop, wordMovSPX0) // the hook in front of the first has loaded X0
	t.jprobeBreak = here()
	put(brkWord(immKprobe))
	t.trampoline = here()
	if mech.brkReturn {
		put(brkWord(immKretprobe), brkWord(immBug))
	} else {
		before, after := trampolineWords(mech.frameLink)
		put(before...)
		t.handler = here()
		put(wordNop)
		put(after...)
	}
	for len(t.words) < jprobeEntries/4 {
		put(0) // UDF
	}
	for i := range maxJprobes {
		at := base + jprobeEntries + 8*uint64(i)
		put(wordNop, branchWord(at+4, t.jprobeReturn))
	}
	return t
}

// branchWord is B from one address to another.
func branchWord(from, to uint64) uint32 { return 0x14000000 | uint32((to-from)/4)&0x03ffffff }

// Offsets in struct pt_regs, and the bytes that the assembled trampoline takes for it.
const (
	ptRegsSP     = 0xf8
	ptRegsPC     = 0x100
	ptRegsPState = 0x108
	ptRegsLink   = 0x130 // a frame record, for unwinders
	ptRegsSize   = 0x150
)

// trampolineWords saves the registers as pt_regs below SP, and, behind the call, loads them and
// returns to the address in X0.
func trampolineWords(link bool) (before, after []uint32) {
	const sp, lr, zr = 31, 30, 31
	pair := func(op uint32, t1, t2, at uint32) uint32 { return op | at/8<<15 | t2<<10 | sp<<5 | t1 }
	const stp, ldp = 0xa9000000, 0xa9400000
	before = append(before, 0xd10003ff|ptRegsSize<<10) // sub sp, sp, #size
	for r := uint32(0); r < 30; r += 2 {
		before = append(before, pair(stp, r, r+1, 8*r))
	}
	before = append(before,
		0x910003e0|ptRegsSize<<10,  // add x0, sp, #size
		pair(stp, lr, 0, 8*30),     // lr, sp
		0xd53b4200,                 // mrs x0, nzcv
		pair(stp, zr, 0, ptRegsPC)) // pc, pstate
	if link {
		before = append(before,
			pair(stp, 29, lr, ptRegsLink),
			0x910003fd|ptRegsLink<<10) // add x29, sp, #link
	}
	before = append(before, 0x910003e0) // mov x0, sp
	after = append(after,
		0xaa0003fe,                    // mov lr, x0
		0xf94003e0|ptRegsPState/8<<10, // ldr x0, [sp, #pstate]
		0x92640c00,                    // and x0, x0, #0xf0000000
		0xd51b4200)                    // msr nzcv, x0
	for r := uint32(0); r < 30; r += 2 {
		after = append(after, pair(ldp, r, r+1, 8*r))
	}
	return before, append(after, 0x910003ff|ptRegsSize<<10, 0xd65f03c0) // add sp, sp, #size; ret
}

// toMemory writes the page to guest memory.
func (t *stubs) toMemory(poke Poke) error {
	var b []byte
	for _, w := range t.words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	t.words = nil
	return poke(t.base, b)
}

// word is the page's text, if it is in no memory.
func (t *stubs) word(pc uint64) (uint32, bool) {
	if i := (pc - t.base) / 4; pc >= t.base && i < uint64(len(t.words)) {
		return t.words[i], true
	}
	return 0, false
}

// hook puts the kernel's C functions where the stubs call them.
func (t *stubs) hook(b *ir.Builder, pc uint64) {
	switch n := pc - t.base - jprobeEntries; {
	case pc == t.handler && pc != 0:
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: hookReturn})
	case pc == t.jprobeReturn:
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: hookJprobeReturn})
	case n < 8*maxJprobes && n%8 == 0:
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: hookEntries + n/8})
	}
}

// stub does what a stub calls the kernel for.
func (ctl *control) stub(number uint64) {
	switch number {
	case hookReturn:
		ctl.assembledReturn()
	case hookJprobeReturn:
		ctl.st.X[0] = ctl.jprobe.regs.SP
	default:
		ctl.jprobeEntry(number - hookEntries)
	}
}

// entry gives a jprobe an entry; the error is ENOMEM.
func (t *stubs) entry(jp *Jprobe) (uint64, error) {
	for i := range t.entries {
		if t.entries[i].CompareAndSwap(nil, jp) {
			return t.base + jprobeEntries + 8*uint64(i), nil
		}
	}
	return 0, &Error{Place: "jprobe", Errno: syscall.ENOMEM, Reason: fmt.Sprintf("there are %d jprobes with Go handlers", maxJprobes)}
}
