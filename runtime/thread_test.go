package runtime

import (
	"encoding/binary"
	"sync/atomic"
	"syscall"
	"testing"
)

const threadFlags = cloneVM | cloneFS | cloneFiles | cloneSighand | cloneThread | cloneSysvsem | cloneSettls | cloneParentSettid | cloneChildCleartid

func TestClone(t *testing.T) {
	var main atomic.Bool
	main.Store(true)
	var childTID atomic.Int64
	status := runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		if !main.Swap(false) { // the child
			if c.st.X[0] != 0 || c.st.SP != work+0x8000 || c.st.TPIDR != 0x7777 || c.st.X[19] != 19 || c.st.V[3] != [2]uint64{3, 4} {
				t.Errorf("child: X0 %#x SP %#x TPIDR %#x", c.st.X[0], c.st.SP, c.st.TPIDR)
			}
			childTID.Store(int64(c.svc(sysGettidNR)))
			c.svc(93, 1) // exit
			return
		}
		if tid := c.svc(sysGettidNR); int(tid) != p.pid {
			t.Errorf("first thread is %d, process %d", tid, p.pid)
		}
		c.st.X[19], c.st.V[3] = 19, [2]uint64{3, 4}
		p.put(work+0x100, []byte{1, 0, 0, 0})
		tid := c.svc(220, threadFlags, work+0x8000, work+0x200, 0x7777, work+0x100)
		if int64(tid) <= 0 {
			t.Fatalf("clone: %#x", tid)
		}
		// As pthread_join: wait until the kernel has cleared the number.
		for {
			v, _ := p.mem.Read32(work + 0x100)
			if v == 0 {
				break
			}
			c.svc(sysFutexNR, work+0x100, 0, uint64(v))
		}
		parent, _ := p.mem.Read32(work + 0x200)
		if uint64(parent) != tid || uint64(childTID.Load()) != tid {
			t.Errorf("child is %d, said to the parent %d, to itself %d", tid, parent, childTID.Load())
		}
		for _, bad := range []uint64{cloneThread, threadFlags &^ cloneSighand, threadFlags | 0x2000_0000} {
			if r := c.svc(220, bad, work+0x8000); r != errno(syscall.EINVAL) {
				t.Errorf("clone(%#x) = %#x", bad, r)
			}
		}
		for c.svc(sysTgkillNR, uint64(p.pid), tid, 0) == 0 { // it may still be on its way out
		}
		c.svc(94, 9)
	})
	if status != 9 {
		t.Errorf("status %d", status)
	}
}

// A thread that ends while it holds a robust futex leaves word.
func TestRobustFutex(t *testing.T) {
	var main atomic.Bool
	main.Store(true)
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		const head, entry, lock = work + 0x300, work + 0x340, work + 0x348
		if !main.Swap(false) {
			tid := c.svc(sysGettidNR)
			var b [24]byte
			binary.LittleEndian.PutUint64(b[0:], entry)
			binary.LittleEndian.PutUint64(b[8:], lock-entry)
			c.svc(99, p.put(head, b[:]), 24)
			p.mem.Write64(entry, head)
			p.mem.Write32(lock, uint32(tid)|futexWaiters)
			c.svc(93, 0)
			return
		}
		p.put(work+0x100, []byte{1})
		c.svc(220, threadFlags, work+0x8000, work+0x200, 0, work+0x100)
		for {
			if v, _ := p.mem.Read32(work + 0x100); v == 0 {
				break
			}
			c.svc(124)
		}
		if v, _ := p.mem.Read32(lock); v != futexWaiters|futexOwnerDied {
			t.Errorf("lock word %#x", v)
		}
	})
}

// exit_group ends threads that wait in the host.
func TestExitGroupEndsWaiters(t *testing.T) {
	var n atomic.Int32
	status := runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		switch n.Add(1) {
		case 1:
			c.svc(220, threadFlags, work+0x8000, work+0x200, 0, work+0x100)
			c.svc(220, threadFlags, work+0x9000, work+0x200, 0, work+0x104)
			for n.Load() < 3 {
				c.svc(124)
			}
			c.svc(94, 5)
		case 2:
			c.svc(sysFutexNR, work+0x700, 0, 0)
			t.Error("a futex nobody woke returned")
		case 3:
			c.svc(sysSigsuspendNR, p.put(work+0x780, make([]byte, 8)), 8)
			t.Error("sigsuspend without a signal returned")
		}
	})
	if status != 5 {
		t.Errorf("status %d", status)
	}
}

func TestSignalToAnotherThread(t *testing.T) {
	var main atomic.Bool
	main.Store(true)
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		if !main.Swap(false) {
			for c.st.PC != handler {
				c.svc(124)
			}
			p.mem.Write32(work+0x700, 1)
			c.svc(93, 0)
			return
		}
		action(p, c, syscall.SIGURG, handler, saRestart, 0)
		tid := c.svc(220, threadFlags, work+0x8000, work+0x200, 0, work+0x100)
		c.svc(sysTgkillNR, uint64(p.pid), tid, uint64(syscall.SIGURG))
		for {
			if v, _ := p.mem.Read32(work + 0x700); v == 1 {
				break
			}
			c.svc(124)
		}
		if c.st.PC == handler {
			t.Error("the sender got the signal")
		}
	})
}
