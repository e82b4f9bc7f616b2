package bench

import (
	"fmt"

	golangasm "github.com/twitchyliquid64/golang-asm"
	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/arm64"
)

// loopProgram is the guest that overhead is measured with: X1 times a call of a function of two instructions,
// which adds 1 to X0, then BRK. It is position-independent. probed is the offset of the function.
//
//	loop: BL   add
//	      SUBS X1, X1, #1
//	      B.NE loop
//	      BRK  #1
//	add:  ADD  X0, X0, #1
//	      BR   X30
func loopProgram() (code []byte, probed uint64, err error) {
	b, err := golangasm.NewBuilder("arm64", 16)
	if err != nil {
		return nil, 0, err
	}
	emit := func(as obj.As, from, to obj.Addr) *obj.Prog {
		p := b.NewProg()
		p.As, p.From, p.To = as, from, to
		// What cannot be encoded would be left out of the code, or replaced by garbage.
		p.Ctxt.DiagFunc = func(format string, args ...any) { err = fmt.Errorf("golang-asm: "+format, args...) }
		b.AddInstruction(p)
		return p
	}
	branch := obj.Addr{Type: obj.TYPE_BRANCH}
	emit(obj.ATEXT, obj.Addr{}, obj.Addr{}) // the assembler takes the first for the function's head
	call := emit(arm64.ABL, obj.Addr{}, branch)
	emit(arm64.ASUBS, constant(1), register(arm64.REG_R1))
	back := emit(arm64.ABNE, obj.Addr{}, branch)
	emit(arm64.ABRK, constant(1), obj.Addr{})
	add := emit(arm64.AADD, constant(1), register(arm64.REG_R0))
	// RET would be encoded by a pass that Assemble leaves out.
	last := emit(obj.AJMP, obj.Addr{}, obj.Addr{Type: obj.TYPE_MEM, Reg: arm64.REGLINK})
	call.To.SetTarget(add)
	back.To.SetTarget(call)
	code = b.Assemble()
	if err != nil {
		return nil, 0, err
	}
	start := uint64(call.Pc)
	return code[start : last.Pc+4], uint64(add.Pc) - start, nil
}

func constant(v int64) obj.Addr { return obj.Addr{Type: obj.TYPE_CONST, Offset: v} }

func register(r int16) obj.Addr { return obj.Addr{Type: obj.TYPE_REG, Reg: r} }
