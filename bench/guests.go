package bench

import (
	"fmt"
	"strings"

	golangasm "github.com/twitchyliquid64/golang-asm"
	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/arm64"
)

// A micro guest is a loop that calls a function X1 times and then comes to BRK #1:
//
//	loop: BL   f
//	      SUBS X1, X1, #1
//	      B.NE loop
//	      BRK  #1
//	f:    ...
//
// It is position-independent, and assembled here, so that it runs wherever Axol does.
type microGuest struct {
	name, what string
	body       func(a *assembler)
}

// The functions, named after what they begin with, as are those of the kernel's bench_trigger: uprobe_target_nop,
// _push and _ret. arm64 has no push; what stands for it is how GCC begins the same function there, STP with
// pre-index.
var microGuests = []microGuest{
	{"add", "ADD, which is stepped; RET", func(a *assembler) {
		a.emit(arm64.AADD, constant(1), register(arm64.REG_R0))
		a.word(opRet)
	}},
	{"nop", "NOP; RET", func(a *assembler) {
		a.word(opNop)
		a.word(opRet)
	}},
	{"push", "STP X29, X30, [SP, #-16]!; a call of RET; MOV; LDP; RET", func(a *assembler) {
		a.word(opPush)
		call := a.branch(arm64.ABL)
		a.word(opMovOne)
		a.word(opPop)
		a.word(opRet)
		call.To.SetTarget(a.word(opRet))
	}},
	{"ret", "RET, which is simulated", func(a *assembler) { a.word(opRet) }},
	{"branch", "B, which is simulated; RET", func(a *assembler) {
		over := a.branch(obj.AJMP)
		over.To.SetTarget(a.word(opRet))
	}},
	{"nested", "NOP; RET; and, called by a handler: NOP; RET", func(a *assembler) {
		for range 2 {
			a.word(opNop)
			a.word(opRet)
		}
	}},
	{"recursion", "CBNZ; a call of itself, once; RET", func(a *assembler) {
		inner := a.branch(arm64.ACBNZ)
		inner.From = register(arm64.REG_R2)
		a.word(opPush)
		a.emit(arm64.AADD, constant(1), register(arm64.REG_R2))
		call := a.branch(arm64.ABL)
		call.To.SetTarget(inner)
		a.emit(arm64.ASUB, constant(1), register(arm64.REG_R2))
		a.word(opPop)
		inner.To.SetTarget(a.word(opRet))
	}},
}

// Instructions that golang-asm would encode in a pass which Assemble leaves out, or calls by other names.
const (
	opRet    = 0xd65f03c0
	opNop    = 0xd503201f
	opPush   = 0xa9bf7bfd // stp x29, x30, [sp, #-16]!
	opPop    = 0xa8c17bfd // ldp x29, x30, [sp], #16
	opMovOne = 0x52800020 // mov w0, #1
	opBreak  = 0xd4200020 // brk #1
)

// microCode is a micro guest's code. function is where in it the function begins.
func microCode(name string) (code []byte, function uint64, err error) {
	return assembleMicro(name, nil, []uint32{opBreak})
}

// assembleMicro has words in front of the loop, and others behind it in place of the BRK.
func assembleMicro(name string, before, after []uint32) (code []byte, function uint64, err error) {
	for _, g := range microGuests {
		if g.name != name {
			continue
		}
		if code, function, err = g.assemble(before, after); err != nil {
			err = fmt.Errorf("guest %q: %w", name, err)
		}
		return code, function, err
	}
	return nil, 0, fmt.Errorf("there is no guest %q", name)
}

func (g *microGuest) assemble(before, after []uint32) (code []byte, function uint64, err error) {
	a, err := newAssembler()
	if err != nil {
		return nil, 0, err
	}
	head := a.last
	for _, w := range before {
		a.word(w)
	}
	call := a.branch(arm64.ABL)
	a.emit(arm64.ASUBS, constant(1), register(arm64.REG_R1))
	back := a.branch(arm64.ABNE)
	back.To.SetTarget(call)
	for _, w := range after {
		a.word(w)
	}
	end := a.last
	g.body(a)
	call.To.SetTarget(end.Link)
	if code, err = a.assemble(); err != nil {
		return nil, 0, err
	}
	start := uint64(head.Link.Pc)
	return code[start : a.last.Pc+4], uint64(end.Link.Pc) - start, nil // padding follows
}

// assembler collects instructions for golang-asm.
type assembler struct {
	b    *golangasm.Builder
	last *obj.Prog
	errs []string
}

func newAssembler() (*assembler, error) {
	b, err := golangasm.NewBuilder("arm64", 16)
	if err != nil {
		return nil, err
	}
	a := &assembler{b: b}
	a.emit(obj.ATEXT, obj.Addr{}, obj.Addr{}) // the first is taken for the function's head
	return a, nil
}

func (a *assembler) emit(as obj.As, from, to obj.Addr) *obj.Prog {
	p := a.b.NewProg()
	p.As, p.From, p.To = as, from, to
	// What cannot be encoded would be left out of the code, or replaced by garbage.
	p.Ctxt.DiagFunc = func(format string, args ...any) { a.errs = append(a.errs, fmt.Sprintf(format, args...)) }
	a.b.AddInstruction(p)
	a.last = p
	return p
}

// word puts an instruction in as it is encoded.
func (a *assembler) word(w uint32) *obj.Prog {
	return a.emit(arm64.AWORD, obj.Addr{}, constant(int64(w)))
}

// branch is a branch without a target.
func (a *assembler) branch(as obj.As) *obj.Prog {
	return a.emit(as, obj.Addr{}, obj.Addr{Type: obj.TYPE_BRANCH})
}

func (a *assembler) assemble() ([]byte, error) {
	code := a.b.Assemble()
	if len(a.errs) > 0 {
		return nil, fmt.Errorf("golang-asm: %s", strings.Join(a.errs, "; "))
	}
	return code, nil
}

func constant(v int64) obj.Addr { return obj.Addr{Type: obj.TYPE_CONST, Offset: v} }

func register(r int16) obj.Addr { return obj.Addr{Type: obj.TYPE_REG, Reg: r} }
