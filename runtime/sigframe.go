package runtime

import (
	"encoding/binary"
	"syscall"

	"axol/jit/ir"
)

// The signal frame of arm64: struct rt_sigframe { siginfo_t info; struct ucontext uc; },
// and above it a frame record, so that unwinders get through. Offsets are from the
// start of the frame, where SP points in the handler.
const (
	frameInfo     = 0
	frameUC       = 128
	ucStack       = frameUC + 16  // uc_stack, behind uc_flags and uc_link
	ucMask        = frameUC + 40  // uc_sigmask, in room for 1024 signals
	frameMC       = frameUC + 176 // uc_mcontext, 16-byte aligned
	mcFault       = frameMC       // fault_address
	mcRegs        = frameMC + 8
	mcSP          = mcRegs + 31*8
	mcPC          = mcSP + 8
	mcPstate      = mcPC + 8
	mcRecords     = frameMC + 288 // __reserved, 16-byte aligned
	frameSize     = mcRecords + 4096
	frameRecord   = 16                           // {fp, lr}
	minSigStack   = frameSize + frameRecord + 16 // AT_MINSIGSTKSZ
	fpsimdMagic   = 0x46508001
	fpsimdSize    = 528
	esrMagic      = 0x45535201
	esrSize       = 16
	recordHeading = 8 // magic, size

	pstateNZCV   = 0xF000_0000
	btypeCall    = 2 << 10
	pstateKept   = ir.PSTATEDIT | ir.PSTATESSBS | ir.PSTATEBTYPE
	fpsrWritable = 0x0800_009F
	fpcrWritable = ir.FPCRWritable
)

// altStack is stack_t.
type altStack struct {
	sp    uint64
	flags uint32
	size  uint64
}

const (
	ssOnstack    = 1
	ssDisable    = 2
	ssAutodisarm = 1 << 31

	minAltStack = 5120 // MINSIGSTKSZ
)

func (a altStack) contains(sp uint64) bool {
	return a.flags&ssDisable == 0 && a.flags&ssAutodisarm == 0 && sp > a.sp && sp-a.sp <= a.size
}

func (a altStack) put(b []byte) {
	binary.LittleEndian.PutUint64(b[0:], a.sp)
	binary.LittleEndian.PutUint32(b[8:], a.flags)
	binary.LittleEndian.PutUint32(b[12:], 0)
	binary.LittleEndian.PutUint64(b[16:], a.size)
}

func getAltStack(b []byte) altStack {
	return altStack{binary.LittleEndian.Uint64(b[0:]), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint64(b[16:])}
}

// pushFrame makes the handler of act run next, on a frame that returns to where the
// thread is. It fails if the frame cannot be written. p.mu is held.
func (t *Thread) pushFrame(i sigInfo, act sigAction) bool {
	s := t.state
	top := s.SP
	if act.flags&saOnstack != 0 && t.alt.flags&ssDisable == 0 && !t.alt.contains(top) {
		top = t.alt.sp + t.alt.size
	}
	record := (top - frameRecord) &^ 15
	sp := record - frameSize
	f := t.scratch.frame[:]
	t.fillFrame(f, i)
	binary.LittleEndian.PutUint64(f[frameSize:], s.X[29])
	binary.LittleEndian.PutUint64(f[frameSize+8:], s.X[30])
	if t.p.mem.Write(sp, f) != 0 {
		return false
	}
	if t.alt.flags&ssAutodisarm != 0 {
		t.alt = altStack{flags: ssDisable}
	}
	s.X[0] = uint64(i.signal())
	if act.flags&saSiginfo != 0 {
		s.X[1], s.X[2] = sp+frameInfo, sp+frameUC
	}
	s.X[29], s.X[30] = record, t.p.tramp
	if act.flags&saRestorer != 0 {
		s.X[30] = act.restorer
	}
	s.SP, s.PC = sp, act.handler
	s.ExSize = 0
	s.PSTATE = s.PSTATE&^ir.PSTATEBTYPE | btypeCall // the handler is called

	block := act.mask
	if act.flags&saNodefer == 0 {
		block |= setOf(i.signal())
	}
	t.maskSaved = false
	t.setBlocked(t.blocked | block)
	return true
}

// fillFrame writes siginfo and ucontext.
func (t *Thread) fillFrame(f []byte, i sigInfo) {
	le, s := binary.LittleEndian, t.state
	clear(f)
	copy(f[frameInfo:], i[:])
	alt := t.alt
	if alt.contains(s.SP) {
		alt.flags |= ssOnstack
	}
	alt.put(f[ucStack:])
	mask := t.blocked
	if t.maskSaved {
		mask = t.savedMask
	}
	le.PutUint64(f[ucMask:], uint64(mask))
	for n, x := range s.X {
		le.PutUint64(f[mcRegs+8*n:], x)
	}
	le.PutUint64(f[mcSP:], s.SP)
	le.PutUint64(f[mcPC:], s.PC)
	le.PutUint64(f[mcPstate:], s.NZCV&pstateNZCV|s.PSTATE&pstateKept)

	rec := f[mcRecords:]
	le.PutUint32(rec[0:], fpsimdMagic)
	le.PutUint32(rec[4:], fpsimdSize)
	le.PutUint32(rec[8:], s.FPSR)
	le.PutUint32(rec[12:], s.FPCR)
	for n, v := range s.V {
		le.PutUint64(rec[16+16*n:], v[0])
		le.PutUint64(rec[24+16*n:], v[1])
	}
	fault := &t.scratch.fault
	if fault.esr != 0 && synchronous.has(i.signal()) {
		le.PutUint64(f[mcFault:], fault.addr)
		rec = rec[fpsimdSize:]
		le.PutUint32(rec[0:], esrMagic)
		le.PutUint32(rec[4:], esrSize)
		le.PutUint64(rec[8:], fault.esr)
		fault.esr = 0
	}
	// The terminator is a record of zeros.
}

// popFrame is rt_sigreturn: everything is as the frame says. It fails if there is no
// sound frame at SP.
func (t *Thread) popFrame() bool {
	le, s := binary.LittleEndian, t.state
	f := t.scratch.frame[:frameSize]
	if s.SP%16 != 0 || t.p.mem.Read(s.SP, f) != 0 {
		return false
	}
	fp := findRecord(f[mcRecords:], fpsimdMagic, fpsimdSize)
	if fp == nil {
		return false
	}
	for n := range s.X {
		s.X[n] = le.Uint64(f[mcRegs+8*n:])
	}
	s.SP, s.PC = le.Uint64(f[mcSP:]), le.Uint64(f[mcPC:])
	pstate := le.Uint64(f[mcPstate:])
	s.NZCV, s.PSTATE = pstate&pstateNZCV, pstate&pstateKept
	s.FPSR, s.FPCR = le.Uint32(fp[8:])&fpsrWritable, le.Uint32(fp[12:])&fpcrWritable
	for n := range s.V {
		s.V[n] = [2]uint64{le.Uint64(fp[16+16*n:]), le.Uint64(fp[24+16*n:])}
	}
	s.ExSize = 0
	t.setAltStack(getAltStack(f[ucStack:])) // the kernel, too, ignores a bad one
	t.p.mu.Lock()
	t.setBlocked(sigSet(le.Uint64(f[ucMask:])))
	t.p.mu.Unlock()
	return true
}

// findRecord looks for a record of mcontext.__reserved.
func findRecord(rec []byte, magic, size uint32) []byte {
	le := binary.LittleEndian
	for len(rec) >= recordHeading {
		m, n := le.Uint32(rec), le.Uint32(rec[4:])
		switch {
		case m == magic && n == size && int(n) <= len(rec):
			return rec[:n]
		case m == 0 || n < recordHeading || n%16 != 0 || int64(n) > int64(len(rec)):
			return nil
		}
		rec = rec[n:]
	}
	return nil
}

// setAltStack is sigaltstack.
func (t *Thread) setAltStack(a altStack) syscall.Errno {
	if t.alt.contains(t.state.SP) {
		return syscall.EPERM
	}
	switch a.flags &^ ssAutodisarm {
	case ssDisable:
		a.sp, a.size = 0, 0
	case 0, ssOnstack:
		if a.size < minAltStack {
			return syscall.ENOMEM
		}
		a.flags &^= ssOnstack
	default:
		return syscall.EINVAL
	}
	t.alt = a
	return 0
}
