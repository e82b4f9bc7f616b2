package probes

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"

	"axol/runtime"
)

// Kretprobe is a return probe: its handlers run when a function is entered, and when it returns. The kprobe it
// is made of says where; Pre and Post are its own business.
type Kretprobe struct {
	Kprobe

	// Entry is called at the entry of the function. Unless it returns 0, the return of this call is left alone.
	Entry func(h *Hit, ri *Instance) int
	// Handler is called when the function has returned, with its result in X0.
	Handler func(h *Hit, ri *Instance) int

	// MaxActive is how many calls can be under way at once; 0 leaves it to Register, which says here
	// what it chose.
	MaxActive int
	// DataSize is how many bytes of data each call has.
	DataSize int

	pool    *instances           // of the present registration
	starved atomic.Uint64        // calls that found the pool empty
	at      atomic.Pointer[site] // where it stands
}

// Instance is a call of a function with a return probe.
type Instance struct {
	Probe   *Kretprobe
	RetAddr uint64 // where the function returns to; 0 in Entry
	Data    []byte // of DataSize bytes, for the handlers

	pool *instances // where it came from: of an earlier registration, maybe
	fp   uint64     // X29 at the entry
	next *Instance
}

// instances is a pool of them.
type instances struct {
	mu   sync.Mutex
	free *Instance
	gone bool // unregistered: handlers are not called any more
}

func (p *instances) take() *Instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	ri := p.free
	if ri != nil {
		p.free, ri.next, ri.RetAddr = ri.next, nil, 0
	}
	return ri
}

func (p *instances) give(ri *Instance) {
	p.mu.Lock()
	ri.next, p.free = p.free, ri
	p.mu.Unlock()
}

// abandon has no handlers called any more.
func (p *instances) abandon() {
	p.mu.Lock()
	p.gone = true
	p.mu.Unlock()
}

// newInstances makes n instances.
func newInstances(rp *Kretprobe, n int) *instances {
	p := &instances{}
	data := make([]byte, n*rp.DataSize)
	all := make([]Instance, n)
	for i := range all {
		all[i].Probe, all[i].pool, all[i].Data = rp, p, data[i*rp.DataSize:(i+1)*rp.DataSize:(i+1)*rp.DataSize]
		all[i].next, p.free = p.free, &all[i]
	}
	return p
}

// MissedReturns is how many calls had no instance: rp.nmissed. Missed is the kprobe's own, of nested hits.
func (rp *Kretprobe) MissedReturns() uint64 { return rp.starved.Load() }

// returns is a vCPU's calls under way, the newest first.
type returns struct{ newest *Instance }

// end gives the instances of calls back that will not return, as the thread is gone.
func (r *returns) end() {
	for ri := r.newest; ri != nil; {
		next := ri.next
		ri.pool.give(ri)
		ri = next
	}
	r.newest = nil
}

// RegisterKretprobe puts a return probe on a function. The error is one of Register's, or an *Error:
//
//   - EINVAL: the address is not the first instruction of a function (from v4.12).
//   - E2BIG: DataSize is above 4096 (late kernels).
func (m *Manager) RegisterKretprobe(rp *Kretprobe) error {
	self := m.lock()
	defer m.unlock(self)
	return m.registerReturn(rp)
}

// registerReturn is RegisterKretprobe with mu held.
func (m *Manager) registerReturn(rp *Kretprobe) error {
	mech := &m.cfg.Rules.mech
	addr, err := m.resolve(&rp.Kprobe)
	if err != nil {
		return err
	}
	if rp.site != nil {
		return m.register(&rp.Kprobe) // which says that it is registered
	}
	refuse := func(errno syscall.Errno, format string, args ...any) error {
		return &Error{Place: m.place(addr), Errno: errno, Reason: fmt.Sprintf(format, args...)}
	}
	if mech.entryOnly && !m.atEntry(addr) {
		return refuse(syscall.EINVAL, "a return probe must stand on the first instruction of a function")
	}
	if mech.maxData != 0 && rp.DataSize > mech.maxData {
		return refuse(syscall.E2BIG, "%d bytes of data are more than %d", rp.DataSize, mech.maxData)
	}
	if rp.DataSize < 0 {
		return refuse(syscall.EINVAL, "%d bytes of data", rp.DataSize)
	}
	if rp.MaxActive <= 0 {
		rp.MaxActive = max(10, 2*m.cpus())
	}
	if rp.MaxActive > maxActiveLimit {
		return refuse(syscall.ENOMEM, "%d instances", rp.MaxActive)
	}
	rp.pool = newInstances(rp, rp.MaxActive)
	rp.starved.Store(0)
	rp.Kprobe.Pre, rp.Kprobe.Post = rp.enter, nil
	rp.Kprobe.role = &role{ret: rp}
	if err := m.register(&rp.Kprobe); err != nil {
		return err
	}
	rp.at.Store(rp.site)
	return nil
}

// maxActiveLimit bounds the memory that a probe may want.
const maxActiveLimit = 1 << 20

// UnregisterKretprobe is Unregister for a return probe. Calls that are under way return where they should; their
// handler is not called.
func (m *Manager) UnregisterKretprobe(rp *Kretprobe) error {
	if err := m.Unregister(&rp.Kprobe); err != nil {
		return err
	}
	rp.pool.abandon()
	return nil
}

// RegisterKretprobes registers all of the probes, or, at the first error, none.
func (m *Manager) RegisterKretprobes(rps []*Kretprobe) error {
	return registerAll(m, rps, m.RegisterKretprobe, m.UnregisterKretprobe)
}

// cpus is how many processors the kernel would call possible.
func (m *Manager) cpus() int { return max(1, m.cfg.CPUs) }

// atEntry says whether addr is the start of a function.
func (m *Manager) atEntry(addr uint64) bool {
	f, _, ok := m.cfg.Symbols().At(addr)
	return ok && f.Addr == addr
}

// enter is the pre handler of return probes.
func (rp *Kretprobe) enter(h *Hit) int {
	pool := rp.pool
	ri := pool.take()
	if ri == nil {
		rp.starved.Add(1)
		return 0
	}
	if !rp.wants(h, ri) {
		pool.give(ri)
		return 0
	}
	ctl := h.control
	ri.RetAddr, ri.fp = ctl.st.X[30], ctl.st.X[29]
	ctl.st.X[30] = ctl.m.stubs.trampoline
	ri.next, ctl.rets.newest = ctl.rets.newest, ri
	return 0
}

// wants asks Entry about a call. One that panics wants none.
func (rp *Kretprobe) wants(h *Hit, ri *Instance) (yes bool) {
	if rp.Entry == nil {
		return true
	}
	defer h.control.recoverHandler(&rp.Kprobe)
	return rp.Entry(h, ri) == 0
}

// busy is the probe that is current while returns are handled.
var busy = &site{}

// returned calls the handlers of the functions that returned to the trampoline, and says where they
// should have. The registers are those of the return.
func (ctl *control) returned() (real uint64, ok bool) {
	trampoline, mech := ctl.m.stubs.trampoline, ctl.mech()
	last := ctl.rets.newest
	for last != nil && last.RetAddr == trampoline {
		last = last.next
	}
	if last == nil {
		ctl.bug("kretprobe: Return address not found, not execute handler. Maybe there is a bug in the kernel.")
		return 0, false
	}
	real = last.RetAddr
	if mech.returnPC {
		ctl.st.PC = real
	}
	if mech.listReturn {
		ctl.current, ctl.status = busy, hitActive
	}
	first, frame, call := ctl.rets.newest, ctl.st.X[29], true
	ctl.rets.newest = last.next
	for ri := first; ; {
		next := ri.next
		if mech.listReturn && ri.fp != frame && call {
			ctl.m.warnOnce("WARNING: frame pointer of a kretprobe instance is not that of the return")
			call = false
		}
		ri.RetAddr = real
		if call {
			ctl.callReturn(ri)
		}
		ri.pool.give(ri)
		if ri == last {
			break
		}
		ri = next
	}
	ctl.current = nil
	return real, true
}

// callReturn calls the handler of one probe.
func (ctl *control) callReturn(ri *Instance) {
	rp := ri.Probe
	ri.pool.mu.Lock()
	gone := ri.pool.gone
	ri.pool.mu.Unlock()
	if gone {
		return
	}
	outer := ctl.current
	ctl.current, ctl.status = rp.at.Load(), hitActive
	ctl.running = &rp.Kprobe
	if rp.Handler != nil {
		ctl.callReturnHandler(rp, ri)
	}
	if o := rp.outputs.Load(); o != nil {
		o.event.do(ctl, o.list, ctl.current.addr, ri.RetAddr)
	}
	ctl.current = outer
}

func (ctl *control) callReturnHandler(rp *Kretprobe, ri *Instance) {
	defer ctl.recoverHandler(&rp.Kprobe)
	ctl.probe = &rp.Kprobe
	rp.Handler(&ctl.Hit, ri)
}

// returnBRK is BRK #7: the trampoline of late kernels.
func (ctl *control) returnBRK() bool {
	if ctl.m.stubs.handler != 0 || ctl.st.PC != ctl.m.stubs.trampoline {
		return ctl.foreignBRK(immKretprobe)
	}
	ctl.take(immKretprobe)
	if real, ok := ctl.returned(); ok {
		ctl.st.PC = real
	}
	return ctl.eret()
}

// assembledReturn is what the trampoline of early kernels calls: the registers are in a frame on the
// stack, and it wants the return address in X0. Handlers run with interrupts as in the caller.
func (ctl *control) assembledReturn() {
	st, m := ctl.st, ctl.m
	frame, pc := st.SP, st.PC
	x0, _ := m.cfg.Memory(frame, 8)
	x30 := st.X[30]
	link := st.X[29]
	if x29, ok := m.cfg.Memory(frame+29*8, 8); ok {
		st.X[29] = x29
	}
	st.X[0], st.SP, st.PC = x0, frame+ptRegsSize, 0
	ctl.pstate = ctl.el1.PState & (runtime.PStateDAIF | runtime.PStateMode)
	before := st.X
	real, ok := ctl.returned()
	if ok && st.X != before && m.cfg.Write != nil {
		for r, v := range st.X[:30] {
			if v != before[r] {
				m.cfg.Write(frame+8*uint64(r), 8, v)
			}
		}
	}
	if m.cfg.Write != nil && ok {
		m.cfg.Write(frame+ptRegsPState, 8, st.NZCV)
	}
	st.X[0], st.X[29], st.X[30], st.SP, st.PC = real, link, x30, frame, pc
	if ctl.dead {
		st.PC = m.stubs.dead
	}
}
