package jit

import (
	"fmt"
	"slices"
	"sync/atomic"
	"unsafe"

	"axol/jit/interp"
	"axol/jit/ir"
	"axol/jit/lift"

	"golang.org/x/sys/unix"
)

// CPU is one vCPU.
type CPU struct {
	// Local is for Hook's own use, on the CPU's thread.
	Local any

	eng   *Engine
	frame *frame
	mem   []byte // the frame's mapping

	tid    atomic.Int32 // the thread that calls Run, once it has
	kicked atomic.Bool  // Run is to return

	next    uintptr // host address to enter; 0: look up State.PC
	behind  behind  // what next stands behind, if not at the beginning of a unit
	drops   uint64  // Engine.drops, when next was chosen
	entered bool    // the phase is inside already
	fill    *filling
	at      *unit  // the interpreter's
	slice   int64  // guest instructions until the next look around
	ahead   int64  // in Hook: instructions that were paid for and have not run
	owed    int64  // what refund gives back, where the exit itself says it
	until   uint64 // RunFor is over when Insns is this
	again   bool   // the hook wants the unit left
	held    bool   // kicks wait
	alone   bool   // the interpreter's unit is gone: the instruction at PC is to be run on its own

	called struct{ pc, number uint64 } // the latest hook that generated code was left for

	hostCPU
	mark     mark
	exit     Exit // what Run returns, where Config.Trap can change it
	stepping bool // the next instruction is to be run alone
	inner    bool // Config.Inner is to be in the code

	machine  interp.Machine
	one      oneCache
	landings landings
}

// Counters is how many counters (ir.OpCount) a CPU has.
const Counters = 8 << 20

// grant adds a slice to the budget. Kicks do not wait for its end.
func (c *CPU) grant() {
	n := c.slice
	if c.until != forever {
		n = maxUnitInsns
	}
	c.give(n)
}

// give adds to the budget.
func (c *CPU) give(n int64) {
	c.State().Granted += n
	c.State().Budget += n
}

// NewCPU makes a vCPU. Its registers are zero.
func (e *Engine) NewCPU() (*CPU, error) {
	size := int(unsafe.Sizeof(frame{})) + Counters*8
	mem, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("jit: memory for a vCPU: %w", err)
	}
	c := &CPU{eng: e, mem: mem, slice: e.slice(), frame: (*frame)(unsafe.Pointer(&mem[0]))}
	c.prepare()
	st := c.State()
	st.MemBase, st.MemLimit = e.cfg.MemBase, e.cfg.MemLimit
	c.resetMachine()
	e.mu.Lock()
	e.cpus = append(e.cpus, c)
	e.share()
	e.mu.Unlock()
	return c, nil
}

// share has code translated anew for more than one vCPU, once there are. e.mu is held.
func (e *Engine) share() {
	if len(e.cpus) > 1 && !e.lopt.Shared {
		e.lopt.Shared = true
		e.flush()
	}
}

// Close frees the vCPU, which must not be running.
func (c *CPU) Close() {
	e := c.eng
	e.mu.Lock()
	e.cpus = slices.DeleteFunc(e.cpus, func(x *CPU) bool { return x == c })
	e.mu.Unlock()
	c.tid.Store(0)
	_ = unix.Munmap(c.mem)
	c.frame = nil
}

// Thread is the number of the OS thread that is in Run, 0 if none is. It may be asked at any time.
func (c *CPU) Thread() int { return int(c.tid.Load()) }

// State is the vCPU's registers. It may be touched while Run does not run.
func (c *CPU) State() *ir.State { return &c.frame.State }

// Counter is the vCPU's counter number n. It may be read at any time.
func (c *CPU) Counter(n int) uint64 {
	at := int(unsafe.Sizeof(frame{})) + n*8
	return atomic.LoadUint64((*uint64)(unsafe.Pointer(&c.mem[at])))
}

// Count adds 1 to the vCPU's counter number n, as OpCount does. It is for the CPU's thread.
func (c *CPU) Count(n int) {
	*(*uint64)(unsafe.Pointer(&c.mem[int(unsafe.Sizeof(frame{}))+n*8]))++
}

// Again, called by Hook, has the guest go on at State.PC by looking it up anew, even if
// Hook has not changed PC.
func (c *CPU) Again() { c.again = true }

// Insns is how many guest instructions the vCPU has run. The count is exact while Run does not run, and
// in Hook.
func (c *CPU) Insns() uint64 {
	return uint64(c.frame.State.Granted - c.frame.State.Budget - c.ahead)
}

// Seen is the time of a record that Hook makes, as generated code would have it.
func (c *CPU) Seen(k ir.Clock) uint64 {
	if k == ir.ClockTicks {
		return Ticks()
	}
	return c.Insns()
}

// Kick makes Run return ExitKicked soon, now or when it is called next, and interrupts a host
// system call the vCPU's thread is in. A call that is just about to be made is missed: who
// must be sure kicks again.
func (c *CPU) Kick() {
	if c.kicked.Swap(true) && c.phase()&phaseMask == inside {
		return // an earlier kick has it on its way out; its signals would queue up
	}
	c.out()
}

// out makes the CPU leave generated code, if it is in it.
func (c *CPU) out() {
	atomic.StoreUint32(&c.frame.State.Kicked, 1)
	if tid := c.tid.Load(); tid != 0 {
		_ = unix.Tgkill(unix.Getpid(), int(tid), kickSignal)
	}
}

// InHook is 0 if the CPU is not in Hook or Stepped, else a number that is different each
// time. It may be asked at any time.
func (c *CPU) InHook() uint64 {
	if p := c.phase(); p&phaseMask == hooking {
		return p
	}
	return 0
}

// oneCache has single instructions lifted for the interpreter.
type oneCache struct {
	lifter oneLifter
	entry  [256]struct {
		pc   uint64
		word uint32
		u    *ir.Unit
	}
}

// get is the unit of one instruction, of a guest with guarded pages or (nil) without.
func (o *oneCache) get(pc uint64, word uint32, guarded *func(uint64) bool) *ir.Unit {
	e := &o.entry[(pc>>2^uint64(word)*0x9E3779B1>>7)&255]
	typed := guarded != nil && branches(word)
	if e.u == nil || e.pc != pc || e.word != word || typed {
		if e.u == nil {
			e.u = &ir.Unit{}
		}
		e.pc, e.word = pc, word
		opt := lift.Options{Types: typed}
		if typed {
			opt.Guarded = *guarded
		}
		o.lifter.One(e.u, pc, word, &opt)
	}
	return e.u
}
