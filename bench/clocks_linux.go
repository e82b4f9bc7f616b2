package bench

import (
	"encoding/binary"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// cycleCounter counts the cycles that the calling thread spends outside the host's kernel.
type cycleCounter struct{ fd int }

// newCycleCounter fails where the host does not let the process count: in many virtual
// machines, and where perf_event_paranoid forbids it.
func newCycleCounter() (*cycleCounter, error) {
	attr := unix.PerfEventAttr{
		Type: unix.PERF_TYPE_HARDWARE, Config: unix.PERF_COUNT_HW_CPU_CYCLES,
		Bits: unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv,
	}
	attr.Size = uint32(unsafe.Sizeof(attr))
	fd, err := unix.PerfEventOpen(&attr, 0, -1, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	return &cycleCounter{fd}, nil
}

// read is the count so far, 0 without a counter.
func (c *cycleCounter) read() uint64 {
	if c == nil {
		return 0
	}
	var b [8]byte
	if n, err := unix.Read(c.fd, b[:]); err != nil || n != len(b) {
		return 0
	}
	return binary.NativeEndian.Uint64(b[:])
}

func (c *cycleCounter) close() {
	if c != nil {
		unix.Close(c.fd)
	}
}

// threadTime is the CPU time that the calling thread has had: what else runs on the machine
// does not count.
func threadTime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts); err != nil {
		panic(err) // every Linux has this clock
	}
	return time.Duration(ts.Nano())
}
