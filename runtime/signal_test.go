package runtime

import (
	"bytes"
	"encoding/binary"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"axol/jit"
	"axol/jit/ir"
)

const (
	sysKillNR, sysTgkillNR, sysSigaltstackNR, sysSigactionNR, sysSigprocmaskNR, sysSigreturnNR = 129, 131, 132, 134, 135, 139
	sysSigsuspendNR, sysSigpendingNR, sysSigtimedwaitNR                                        = 133, 136, 137
	sysReadNR, sysPipe2NR, sysPpollNR, sysNanosleepNR, sysGettidNR, sysFutexNR                 = 63, 59, 73, 101, 178, 98

	handler = 0x400100
)

// action installs a signal handler.
func action(p *Process, c *fakeCPU, s syscall.Signal, h, flags, mask uint64) {
	var b [32]byte
	binary.LittleEndian.PutUint64(b[0:], h)
	binary.LittleEndian.PutUint64(b[8:], flags)
	binary.LittleEndian.PutUint64(b[24:], mask)
	if r := c.svc(sysSigactionNR, uint64(s), p.put(work, b[:]), 0, 8); r != 0 {
		panic(r)
	}
}

// The layout is the kernel's: numbers from its headers, for struct rt_sigframe.
func TestFrameLayout(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want int
	}{
		{"uc_stack", ucStack, 128 + 16}, {"uc_sigmask", ucMask, 128 + 40}, {"fault_address", mcFault, 128 + 176},
		{"regs", mcRegs, 312}, {"sp", mcSP, 560}, {"pc", mcPC, 568}, {"pstate", mcPstate, 576}, {"__reserved", mcRecords, 592},
		{"frame", frameSize, 4688}, {"AT_MINSIGSTKSZ", minSigStack, 4720},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.want)
		}
	}
}

func TestHandlerAndReturn(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		action(p, c, syscall.SIGUSR1, handler, saSiginfo, 1<<1)
		for i := range c.st.X {
			c.st.X[i] = uint64(i) * 0x1111
		}
		for i := range c.st.V {
			c.st.V[i] = [2]uint64{uint64(i), ^uint64(i)}
		}
		c.st.NZCV, c.st.FPSR, c.st.FPCR, c.st.PSTATE = 0xA000_0000, 0x1F, 0x0100_0000, ir.PSTATEDIT
		sp, pc := c.st.SP, c.st.PC+4
		fp, lr := c.st.X[29], c.st.X[30]
		c.svc(sysKillNR, uint64(p.pid), uint64(syscall.SIGUSR1))

		// Now in the handler.
		if c.st.PC != handler || c.st.X[0] != uint64(syscall.SIGUSR1) || c.st.X[30] != p.tramp {
			t.Fatalf("handler: PC %#x X0 %#x LR %#x", c.st.PC, c.st.X[0], c.st.X[30])
		}
		if c.st.SP%16 != 0 || c.st.X[1] != c.st.SP || c.st.X[2] != c.st.SP+128 {
			t.Errorf("SP %#x X1 %#x X2 %#x", c.st.SP, c.st.X[1], c.st.X[2])
		}
		f := p.get(c.st.SP, frameSize)
		le := binary.LittleEndian
		if le.Uint32(f) != uint32(syscall.SIGUSR1) || int32(le.Uint32(f[8:])) != siUser || int(le.Uint32(f[16:])) != p.pid {
			t.Errorf("siginfo % x", f[:32])
		}
		if le.Uint64(f[mcPC:]) != pc || le.Uint64(f[mcSP:]) != sp || le.Uint64(f[mcPstate:]) != 0xA000_0000|ir.PSTATEDIT || le.Uint64(f[mcRegs+8*19:]) != 19*0x1111 {
			t.Error("registers in the frame")
		}
		if le.Uint32(f[mcRecords:]) != fpsimdMagic || le.Uint32(f[mcRecords+8:]) != 0x1F || le.Uint64(f[mcRecords+16+16*5:]) != 5 {
			t.Error("vector registers in the frame")
		}
		if rec := p.get(c.st.X[29], 16); le.Uint64(rec) != fp || le.Uint64(rec[8:]) != lr {
			t.Error("frame record")
		}
		c.svc(sysSigprocmaskNR, 0, 0, work, 8)
		if set, _ := p.mem.Read64(work); set != 1<<1|1<<(syscall.SIGUSR1-1) {
			t.Errorf("blocked in the handler: %#x", set)
		}
		// The handler changes a register and the PC, and returns.
		le.PutUint64(f[mcRegs+8*20:], 0xBEEF)
		le.PutUint64(f[mcPC:], 0x400200)
		p.put(c.st.SP, f)
		for i := range c.st.V {
			c.st.V[i] = [2]uint64{}
		}
		c.st.FPSR, c.st.FPCR, c.st.PSTATE = 0, 0, 0
		c.svc(sysSigreturnNR)
		if c.st.PC != 0x400200 || c.st.SP != sp || c.st.X[20] != 0xBEEF || c.st.X[21] != 21*0x1111 || c.st.X[0] != 0 || c.st.X[8] != sysKillNR {
			t.Errorf("after return: PC %#x SP %#x X20 %#x X0 %#x", c.st.PC, c.st.SP, c.st.X[20], c.st.X[0])
		}
		if c.st.V[7] != [2]uint64{7, ^uint64(7)} || c.st.FPSR != 0x1F || c.st.FPCR != 0x0100_0000 || c.st.NZCV != 0xA000_0000 || c.st.PSTATE != ir.PSTATEDIT {
			t.Error("vector and status registers after return")
		}
		c.svc(sysSigprocmaskNR, 0, 0, work, 8)
		if set, _ := p.mem.Read64(work); set != 0 {
			t.Errorf("blocked after return: %#x", set)
		}
	})
}

func TestAltStack(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		alt := func(sp uint64, flags uint32, size uint64) uint64 {
			var b [24]byte
			altStack{sp, flags, size}.put(b[:])
			return c.svc(sysSigaltstackNR, p.put(work, b[:]), 0)
		}
		const stack = work + 0x1_0000
		if r := alt(stack, 0, 1024); r != errno(syscall.ENOMEM) {
			t.Errorf("too small: %#x", r)
		}
		if r := alt(stack, 8, 0x8000); r != errno(syscall.EINVAL) {
			t.Errorf("bad flags: %#x", r)
		}
		if r := alt(stack, 0, 0x8000); r != 0 {
			t.Errorf("sigaltstack: %#x", r)
		}
		action(p, c, syscall.SIGUSR2, handler, saOnstack, 0)
		sp := c.st.SP
		c.svc(sysTgkillNR, uint64(p.pid), c.svc(sysGettidNR), uint64(syscall.SIGUSR2))
		if c.st.SP <= stack || c.st.SP >= stack+0x8000 {
			t.Errorf("handler's SP %#x", c.st.SP)
		}
		if r := alt(stack, 0, 0x8000); r != errno(syscall.EPERM) {
			t.Errorf("changed while in use: %#x", r)
		}
		c.svc(sysSigaltstackNR, 0, work)
		if a := getAltStack(p.get(work, 24)); a.flags != ssOnstack || a.sp != stack {
			t.Errorf("in the handler: %+v", a)
		}
		c.svc(sysSigreturnNR)
		if c.st.SP != sp {
			t.Errorf("SP %#x, was %#x", c.st.SP, sp)
		}
	})
}

// sendLater sends a signal to the process as soon as its thread waits in the host.
func sendLater(p *Process, s syscall.Signal) {
	go func() {
		time.Sleep(20 * time.Millisecond)
		p.Signal(s)
	}()
}

func TestInterruptedCalls(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		c.svc(sysPipe2NR, work, 0)
		fds := p.get(work, 8)
		rd := uint64(binary.LittleEndian.Uint32(fds))
		p.put(work+0x100, []byte{byte(rd), 0, 0, 0, 1, 0, 0, 0}) // struct pollfd
		p.put(work+0x200, append(make([]byte, 8), 0, 0xCA, 0x9A, 0x3B, 0, 0, 0, 0))
		binary.LittleEndian.PutUint64(fds, 3600)
		p.put(work+0x300, append(fds, make([]byte, 8)...)) // an hour
		for _, call := range []struct {
			name    string
			nr      uint64
			args    []uint64
			restart bool // with SA_RESTART it starts again
		}{
			{"read", sysReadNR, []uint64{rd, work + 0x800, 8}, true},
			{"ppoll", sysPpollNR, []uint64{work + 0x100, 1, 0, 0, 8}, false},
			{"nanosleep", sysNanosleepNR, []uint64{work + 0x300, work + 0x400}, false},
			{"futex", sysFutexNR, []uint64{work + 0x500, 0, 0}, true},
			{"futex, timed", sysFutexNR, []uint64{work + 0x500, 0, 0, work + 0x300}, false},
			{"sigsuspend", sysSigsuspendNR, []uint64{work + 0x500, 8}, false},
			{"epoll_pwait", 22, []uint64{c.svc(20, 0), work + 0x600, 4, ^uint64(0), 0, 8}, false},
		} {
			for _, flags := range []uint64{0, saRestart} {
				action(p, c, syscall.SIGUSR1, handler, flags, 0)
				pc := c.st.PC
				sendLater(p, syscall.SIGUSR1)
				r := c.svc(call.nr, call.args...)
				if c.st.PC != handler || r != uint64(syscall.SIGUSR1) {
					t.Errorf("%s: not in the handler: %#x", call.name, c.st.PC)
				}
				c.svc(sysSigreturnNR)
				want, x0 := pc+4, errno(syscall.EINTR)
				if flags != 0 && call.restart {
					want, x0 = pc, call.args[0]
				}
				if c.st.PC != want || c.st.X[0] != x0 {
					t.Errorf("%s, flags %#x: PC %#x (want %#x), X0 %#x (want %#x)", call.name, flags, c.st.PC, want, c.st.X[0], x0)
				}
				c.st.PC = pc + 4
			}
		}
		if left, _ := p.mem.Read64(work + 0x400); left < 3500 || left >= 3600 {
			t.Errorf("nanosleep says %d s are left", left)
		}
		c.svc(sysSigprocmaskNR, 0, 0, work, 8)
		if set, _ := p.mem.Read64(work); set != 0 {
			t.Errorf("blocked in the end: %#x", set)
		}
	})
}

// A signal that the guest ignores does not disturb a system call.
func TestIgnoredDoesNotInterrupt(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		action(p, c, syscall.SIGUSR1, sigIgn, 0, 0)
		go func() {
			for range 5 {
				time.Sleep(2 * time.Millisecond)
				p.Signal(syscall.SIGUSR1)
				p.Signal(syscall.SIGURG)
			}
		}()
		p.put(work+0x300, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2D, 0x31, 1, 0, 0, 0, 0}) // 20 ms
		if r := c.svc(sysNanosleepNR, work+0x300, 0); r != 0 {
			t.Errorf("nanosleep returned %#x", r)
		}
	})
}

func TestBlockedAndWaitedFor(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		set := func(a uint64, ss ...syscall.Signal) uint64 {
			var b [8]byte
			binary.LittleEndian.PutUint64(b[:], uint64(setOf(ss...)))
			return p.put(a, b[:])
		}
		rt := syscall.Signal(40)
		c.svc(sysSigprocmaskNR, 0, set(work, syscall.SIGUSR1, syscall.SIGKILL, rt), 0, 8)
		for range 3 {
			c.svc(sysKillNR, uint64(p.pid), uint64(syscall.SIGUSR1))
			c.svc(sysKillNR, uint64(p.pid), uint64(rt))
		}
		c.svc(sysSigpendingNR, work, 8)
		if got, _ := p.mem.Read64(work); sigSet(got) != setOf(syscall.SIGUSR1, rt) {
			t.Errorf("pending %#x", got)
		}
		want := set(work, syscall.SIGUSR1, rt)
		p.put(work+16, make([]byte, 16)) // do not wait
		var got []uint64
		for range 6 {
			got = append(got, c.svc(sysSigtimedwaitNR, want, work+64, work+16, 8))
		}
		no := errno(syscall.EAGAIN)
		for i, w := range []uint64{uint64(syscall.SIGUSR1), 40, 40, 40, no, no} { // a standard signal waits once
			if got[i] != w {
				t.Errorf("rt_sigtimedwait %d: %#x, want %#x", i, got[i], w)
			}
		}
		sendLater(p, syscall.SIGUSR1)
		if r := c.svc(sysSigtimedwaitNR, want, work+64, 0, 8); r != uint64(syscall.SIGUSR1) {
			t.Errorf("rt_sigtimedwait returned %#x", r)
		}
	})
}

func TestEndedBySignal(t *testing.T) {
	var said []string
	fault := func(kind jit.ExitKind, addr uint64) func(*Process, *fakeCPU) {
		return func(p *Process, c *fakeCPU) { c.exit(jit.Exit{Kind: kind, Addr: addr}) }
	}
	for _, c := range []struct {
		name  string
		want  int
		guest func(*Process, *fakeCPU)
	}{
		{"SIGTERM", 143, func(p *Process, c *fakeCPU) { p.Signal(syscall.SIGTERM); c.svc(sysSigsuspendNR, work, 8) }},
		{"SIGKILL", 137, func(p *Process, c *fakeCPU) { c.svc(sysKillNR, uint64(p.pid), 9) }},
		{"SIGKILL while waiting", 137, func(p *Process, c *fakeCPU) {
			sendLater(p, syscall.SIGKILL)
			c.svc(sysFutexNR, work+0x500, 0, 0)
		}},
		{"real-time signal", 128 + 40, func(p *Process, c *fakeCPU) { c.svc(sysKillNR, uint64(p.pid), 40) }},
		{"wild load", 139, fault(jit.ExitFault, 0xDEAD0000)},
		{"wild jump", 139, func(p *Process, c *fakeCPU) { c.st.PC = 0x1234_0000; c.exit(jit.Exit{Kind: jit.ExitFetch}) }},
		{"undefined", 132, fault(jit.ExitUndefined, 0)},
		{"breakpoint", 133, fault(jit.ExitBRK, 0)},
		{"misaligned jump", 135, fault(jit.ExitAlign, 0)},
		{"fault with the signal ignored", 139, func(p *Process, c *fakeCPU) {
			action(p, c, syscall.SIGSEGV, sigIgn, 0, 0)
			c.exit(jit.Exit{Kind: jit.ExitFault, Addr: 8})
		}},
		{"fault with the signal blocked", 139, func(p *Process, c *fakeCPU) {
			action(p, c, syscall.SIGSEGV, handler, 0, 0)
			p.put(work, bytes.Repeat([]byte{0xFF}, 8))
			c.svc(sysSigprocmaskNR, 2, work, 0, 8)
			c.exit(jit.Exit{Kind: jit.ExitFault, Addr: 8})
		}},
		{"no room for a frame", 139, func(p *Process, c *fakeCPU) {
			action(p, c, syscall.SIGSEGV, handler, 0, 0)
			c.st.SP = 64
			c.svc(sysKillNR, uint64(p.pid), uint64(syscall.SIGSEGV))
		}},
		{"return without a frame", 139, func(p *Process, c *fakeCPU) { c.st.SP = work; c.svc(sysSigreturnNR) }},
	} {
		said = nil
		status := runGuest(t, Config{Warn: func(l string) { said = append(said, l) }}, c.guest)
		if status != c.want {
			t.Errorf("%s: status %d, want %d (%q)", c.name, status, c.want, said)
		}
	}
}

func TestFaultInfo(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		for _, s := range []syscall.Signal{syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGILL, syscall.SIGTRAP} {
			action(p, c, s, handler, saSiginfo|saNodefer, 0)
		}
		tagged := uint64(0x7F) << 56
		c.svc(222, work+0x20_0000, 4096, 1, mapPrivate|mapAnonymous|mapFixed, 0, 0) // read-only
		f, _ := os.CreateTemp(t.TempDir(), "")
		defer f.Close()
		p.fds.add(int32(f.Fd()))
		c.svc(222, work+0x30_0000, 4096, 3, mapPrivate|mapFixed, uint64(f.Fd()), 0) // beyond the end of its file
		p.fds.remove(int32(f.Fd()))
		for _, x := range []struct {
			exit jit.Exit
			sig  syscall.Signal
			code uint32
			addr uint64
			esr  uint64
		}{
			{jit.Exit{Kind: jit.ExitFault, Addr: 0x99}, syscall.SIGSEGV, segvMaperr, 0x99, 0x92000007},
			{jit.Exit{Kind: jit.ExitFault, Addr: tagged | 0x99, Arg: 1}, syscall.SIGSEGV, segvMaperr, tagged | 0x99, 0x92000047},
			{jit.Exit{Kind: jit.ExitFault, Addr: work + 0x20_0008, Arg: 1}, syscall.SIGSEGV, segvAccerr, work + 0x20_0008, 0x9200004F},
			{jit.Exit{Kind: jit.ExitFault, Addr: work + 0x30_0010}, syscall.SIGBUS, busAdrerr, work + 0x30_0010, 0x92000007},
			{jit.Exit{Kind: jit.ExitFault, Addr: work + 8, Arg: ir.FaultStore | ir.FaultUnaligned}, syscall.SIGBUS, busAdraln, work + 8, 0x92000061},
			{jit.Exit{Kind: jit.ExitFetch}, syscall.SIGSEGV, segvAccerr, work, 0x8200000F},
			{jit.Exit{Kind: jit.ExitUndefined}, syscall.SIGILL, illIllopc, work, 0},
			{jit.Exit{Kind: jit.ExitBRK}, syscall.SIGTRAP, trapBrkpt, work, 0},
		} {
			c.st.PC = work
			sp := c.st.SP
			c.exit(x.exit)
			frame := p.get(c.st.SP, frameSize)
			le := binary.LittleEndian
			if c.st.PC != handler || syscall.Signal(le.Uint32(frame)) != x.sig || le.Uint32(frame[8:]) != x.code || le.Uint64(frame[16:]) != x.addr {
				t.Errorf("%+v: PC %#x, siginfo % x", x, c.st.PC, frame[:24])
			}
			esr := findRecord(frame[mcRecords:], esrMagic, esrSize)
			if (esr != nil) != (x.esr != 0) || esr != nil && (le.Uint64(esr[8:]) != x.esr || le.Uint64(frame[mcFault:]) != x.addr) {
				t.Errorf("%+v: esr % x", x, esr)
			}
			c.st.SP = sp
		}
		// Cache maintenance, and DC ZVA, which is none.
		for _, x := range []struct {
			word uint32
			arg  uint64
			esr  uint64
		}{
			{0xD50B7A20, 0, 0x92000147}, {0xD50B7B21, 0, 0x92000147}, {0xD50B7E20, 0, 0x92000147}, {0xD50B7520, 0, 0x92000147},
			{0xD50B7420, ir.FaultStore, 0x92000047}, {0xF9400020, 0, 0x92000007},
		} {
			p.mem.Write32(work, x.word)
			c.st.PC = work
			sp := c.st.SP
			c.exit(jit.Exit{Kind: jit.ExitFault, Addr: 0x99, Arg: x.arg})
			if esr := findRecord(p.get(c.st.SP, frameSize)[mcRecords:], esrMagic, esrSize); esr == nil || binary.LittleEndian.Uint64(esr[8:]) != x.esr {
				t.Errorf("%08x: esr % x, want %#x", x.word, esr, x.esr)
			}
			c.st.SP = sp
		}
		// What is there after all is no fault.
		c.st.PC = work
		c.exit(jit.Exit{Kind: jit.ExitFault, Addr: work + 16, Arg: 1})
		if c.st.PC != work {
			t.Errorf("a mapped address gave a signal: PC %#x", c.st.PC)
		}
	})
}

func TestSigpipe(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		c.svc(sysPipe2NR, work, 0)
		fds := p.get(work, 8)
		rd, wr := uint64(fds[0]), uint64(fds[4])
		c.svc(57, rd)
		action(p, c, syscall.SIGPIPE, handler, 0, 0)
		c.svc(64, wr, work, 1)
		if c.st.PC != handler || c.st.X[0] != uint64(syscall.SIGPIPE) {
			t.Errorf("PC %#x X0 %d", c.st.PC, c.st.X[0])
		}
		c.svc(sysSigreturnNR)
		if c.st.X[0] != errno(syscall.EPIPE) {
			t.Errorf("write returned %#x", c.st.X[0])
		}
	})
}

func TestTimers(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		le := binary.LittleEndian
		spec := make([]byte, 32)
		le.PutUint64(spec[8:], 3_000_000)  // interval 3 ms
		le.PutUint64(spec[24:], 2_000_000) // first after 2 ms
		var ev [64]byte
		le.PutUint64(ev[0:], 0xC0FFEE)
		le.PutUint32(ev[8:], uint32(syscall.SIGUSR2))
		le.PutUint32(ev[12:], sigevThreadID)
		le.PutUint32(ev[16:], uint32(c.svc(sysGettidNR)))
		var set [8]byte
		le.PutUint64(set[:], uint64(setOf(syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGPROF)))
		c.svc(sysSigprocmaskNR, 0, p.put(work, set[:]), 0, 8)
		for _, clock := range []uint64{clockMonotonic, clockRealtime} {
			if r := c.svc(107, clock, p.put(work+64, ev[:]), work+128); r != 0 {
				t.Fatalf("timer_create: %#x", r)
			}
			id, _ := p.mem.Read32(work + 128)
			c.svc(110, uint64(id), 0, p.put(work+256, spec), 0)
			for range 3 {
				if r := c.svc(sysSigtimedwaitNR, work, work+512, 0, 8); r != uint64(syscall.SIGUSR2) {
					t.Fatalf("rt_sigtimedwait: %#x", r)
				}
				if info := p.get(work+512, 128); int32(le.Uint32(info[8:])) != siTimer || le.Uint32(info[16:]) != id || le.Uint64(info[24:]) != 0xC0FFEE {
					t.Errorf("siginfo % x", info[:32])
				}
			}
			if c.svc(108, uint64(id), work+512); p.get(work+512, 32)[8] == 0 {
				t.Error("timer_gettime says there is no interval")
			}
			if r := c.svc(111, uint64(id)); r != 0 {
				t.Errorf("timer_delete: %#x", r)
			}
			if r := c.svc(111, uint64(id)); r != errno(syscall.EINVAL) {
				t.Errorf("timer_delete again: %#x", r)
			}
		}
		le.PutUint64(spec[8:], 0)
		le.PutUint64(spec[24:], 2000) // 2 ms, in microseconds
		c.svc(103, 0, p.put(work+256, spec), 0)
		if r := c.svc(sysSigtimedwaitNR, work, work+512, 0, 8); r != uint64(syscall.SIGALRM) {
			t.Errorf("ITIMER_REAL: %#x", r)
		}
		var burn atomic.Bool
		burn.Store(true)
		go func() {
			for burn.Load() {
			}
		}()
		c.svc(103, 2, p.put(work+256, spec), 0)
		if r := c.svc(sysSigtimedwaitNR, work, work+512, 0, 8); r != uint64(syscall.SIGPROF) {
			t.Errorf("ITIMER_PROF: %#x", r)
		}
		burn.Store(false)
	})
}

// What the guest's memory says is parsed without reaching beyond it.
func FuzzRecords(f *testing.F) {
	f.Add([]byte{0x01, 0x80, 0x50, 0x46, 16, 2, 0, 0})
	f.Add([]byte{20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if r := findRecord(b, fpsimdMagic, fpsimdSize); r != nil && len(r) != fpsimdSize {
			t.Errorf("record of %d bytes", len(r))
		}
		eachRight(b, func(fd []byte) {
			if len(fd) != 4 {
				t.Errorf("descriptor of %d bytes", len(fd))
			}
		})
	})
}
