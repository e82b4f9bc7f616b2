package runtime

import (
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// The clocks are the host's, to the order of what is read when.
func TestClocks(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		thread := uint64(uint32(^int32(p.pid)<<3 | perThreadClockCPU))
		for _, id := range []uint64{clockRealtime, clockMonotonic, clockProcessCPU, clockThreadCPU, 4, 5, 6, clockBoottime, thread} {
			host := id
			if id == thread {
				host = clockThreadCPU
			}
			var before, after syscall.Timespec
			syscall.Syscall(hostNr(nrClockGettime), uintptr(host), uintptr(unsafe.Pointer(&before)), 0)
			if r := c.svc(113, id, work); r != 0 {
				t.Errorf("clock %d: %#x", int32(id), r)
			}
			syscall.Syscall(hostNr(nrClockGettime), uintptr(host), uintptr(unsafe.Pointer(&after)), 0)
			sec, _ := p.mem.Read64(work)
			nsec, _ := p.mem.Read64(work + 8)
			got := time.Duration(sec)*time.Second + time.Duration(nsec)
			const coarse = 20 * time.Millisecond // clocks 5 and 6 tick
			ofThread := host == clockThreadCPU   // the guest's thread is another than the test's
			if !ofThread && (got < duration(before)-coarse || got > duration(after)+coarse) || nsec >= 1e9 {
				t.Errorf("clock %d says %v, between %v and %v on the host", int32(id), got, duration(before), duration(after))
			}
		}
		bad := thread&^7 | 5 // of no kind
		for _, id := range []uint64{999, bad} {
			if r := c.svc(113, id, work); r != errno(syscall.EINVAL) {
				t.Errorf("clock %d: %#x", int32(id), r)
			}
		}
		for _, to := range []uint64{8, 1 << 50} {
			if r := c.svc(113, clockMonotonic, to); r != errno(syscall.EFAULT) {
				t.Errorf("to %#x: %#x", to, r)
			}
		}
	})
}

func TestTimespecSum(t *testing.T) {
	for _, c := range []struct{ a, b, want syscall.Timespec }{
		{syscall.Timespec{Sec: 1, Nsec: 9e8}, syscall.Timespec{Sec: 2, Nsec: 2e8}, syscall.Timespec{Sec: 4, Nsec: 1e8}},
		{syscall.Timespec{Sec: 1}, syscall.Timespec{Sec: 1<<63 - 1}, syscall.Timespec{Sec: 1<<61 + 1}},
	} {
		if got := addTime(c.a, c.b); got != c.want {
			t.Errorf("%v + %v = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
