package probes

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"syscall"

	"axol/runtime"
)

// Jprobe is the probe of kernels before v4.15 that runs a function of its own, with the arguments of the probed
// one, before it. That handler ends by jprobe_return; what it did to registers is undone.
//
// Any probe that is hit while it runs is missed.
type Jprobe struct {
	Kprobe

	// Entry is a guest function, which ends by a branch to Manager.JprobeReturn. Or Handler is a
	// Go function, and the manager makes the guest function that calls it.
	Entry   uint64
	Handler func(h *Hit)

	entry atomic.Uint64 // what the guest runs
}

// jprobeRegs is what is put back when a jprobe's handler has returned.
type jprobeRegs struct {
	regs  Regs
	stack [maxStack]byte
	n     int
}

// maxStack is how much of the stack was put back, too, as the series was reviewed (Config.JprobeStack).
const maxStack = 128

// JprobeReturn is the address of jprobe_return.
func (m *Manager) JprobeReturn() uint64 { return m.stubs.jprobeReturn }

// RegisterJprobe puts a jprobe on a function. The error is one of Register's, or an *Error:
//
//   - ENOSYS: the kernel has no jprobes (from v4.15).
//   - EINVAL: the address is not that of a function; neither or both of Entry and Handler are set.
//   - EEXIST: there is a jprobe at the address.
func (m *Manager) RegisterJprobe(jp *Jprobe) error {
	self := m.lock()
	defer m.unlock(self)
	addr, err := m.resolve(&jp.Kprobe)
	if err != nil {
		return err
	}
	refuse := func(errno syscall.Errno, reason string) error {
		return &Error{Place: m.place(addr), Errno: errno, Reason: reason}
	}
	switch {
	case !m.cfg.Rules.mech.jprobes:
		return refuse(syscall.ENOSYS, fmt.Sprintf("%s has no jprobes", m.cfg.Rules.Name))
	case jp.site != nil:
		return m.register(&jp.Kprobe)
	case !m.atEntry(addr):
		return refuse(syscall.EINVAL, "a jprobe must stand on the first instruction of a function")
	case (jp.Entry == 0) == (jp.Handler == nil):
		return refuse(syscall.EINVAL, "a jprobe has either an entry or a handler")
	}
	if s := m.sites.at(addr); s != nil {
		for _, p := range s.probes {
			if p.jump() != nil {
				return refuse(syscall.EEXIST, "there is a jprobe already")
			}
		}
	}
	entry := jp.Entry
	if jp.Handler != nil {
		if entry, err = m.stubs.entry(jp); err != nil {
			return err
		}
	}
	jp.entry.Store(entry)
	if jp.Kprobe.role == nil { // else a vCPU may be on its way back from the registration before
		jp.Kprobe.Pre = func(h *Hit) int { return h.control.setjmp(jp.entry.Load()) }
		jp.Kprobe.role = &role{jump: jp}
	}
	if err := m.register(&jp.Kprobe); err != nil {
		m.stubs.dropEntry(jp)
		return err
	}
	return nil
}

// UnregisterJprobe is Unregister for a jprobe.
func (m *Manager) UnregisterJprobe(jp *Jprobe) error {
	if err := m.Unregister(&jp.Kprobe); err != nil {
		return err
	}
	self := m.lock()
	m.stubs.dropEntry(jp)
	m.unlock(self)
	return nil
}

// RegisterJprobes registers all of the probes, or, at the first error, none.
func (m *Manager) RegisterJprobes(jps []*Jprobe) error {
	return registerAll(m, jps, m.RegisterJprobe, m.UnregisterJprobe)
}

func (t *stubs) dropEntry(jp *Jprobe) {
	for i := range t.entries {
		t.entries[i].CompareAndSwap(jp, nil)
	}
}

// setjmp keeps the registers and has the handler run, in place of what the breakpoint handler would do next.
func (ctl *control) setjmp(entry uint64) int {
	j := &ctl.jprobe
	ctl.Regs(&j.regs)
	j.n = 0
	if ctl.m.cfg.JprobeStack {
		for ; j.n < maxStack; j.n += 8 {
			v, ok := ctl.m.cfg.Memory(j.regs.SP+uint64(j.n), 8)
			if !ok {
				break
			}
			binary.LittleEndian.PutUint64(j.stack[j.n:], v)
		}
	}
	ctl.st.PC = entry
	return 1
}

// longjmp is the break handler: the guest is at a BRK #4 that is no probe's. If it is jprobe_return's,
// everything is as it was at the hit.
func (ctl *control) longjmp() bool {
	j := &ctl.jprobe
	if ctl.running == nil || ctl.running.jump() == nil || ctl.st.PC != ctl.m.stubs.jprobeBreak {
		return false
	}
	if ctl.st.SP != j.regs.SP {
		var now Regs
		ctl.Regs(&now)
		ctl.bug(fmt.Sprintf("current sp %x does not match saved sp %x", now.SP, j.regs.SP),
			fmt.Sprintf("Saved registers for jprobe %#x\n%s", ctl.current.addr, j.regs.show()),
			fmt.Sprintf("Current registers\n%s", now.show()))
		return false
	}
	ctl.SetRegs(&j.regs)
	for i := 0; i < j.n && ctl.m.cfg.Write != nil; i += 8 {
		ctl.m.cfg.Write(j.regs.SP+uint64(i), 8, binary.LittleEndian.Uint64(j.stack[i:]))
	}
	return true
}

// show is the registers as the kernel prints them.
func (r *Regs) show() string {
	s := fmt.Sprintf("pc : %016x\nlr : %016x\npstate: %08x\nsp : %016x\n", r.PC, r.X[30], r.PState, r.SP)
	for i := 29; i >= 0; i-- {
		s += fmt.Sprintf("x%-2d: %016x%c", i, r.X[i], " \n"[(i+1)%2])
	}
	return s
}

// jprobeEntry calls the Go function of a jprobe.
func (ctl *control) jprobeEntry(n uint64) {
	t := ctl.m.stubs
	if n >= uint64(len(t.entries)) {
		return
	}
	jp := t.entries[n].Load()
	if jp == nil {
		return
	}
	ctl.pstate = ctl.el1.PState &^ runtime.PStateSS
	defer ctl.recoverHandler(&jp.Kprobe)
	ctl.probe = &jp.Kprobe
	jp.Handler(&ctl.Hit)
}
