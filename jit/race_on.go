//go:build race

package jit

import (
	goruntime "runtime"
	"unsafe"
)

// mark is for the race detector. A CPU's phase orders what the CPU did before it changed and what others do that
// have seen the change; but it lies in memory that the detector does not watch, so it is told.
type mark uint64

// release says that others may see what the caller has done up to now.
func (m *mark) release() { goruntime.RaceReleaseMerge(unsafe.Pointer(m)) }

// acquire says that the caller may see it.
func (m *mark) acquire() { goruntime.RaceAcquire(unsafe.Pointer(m)) }
