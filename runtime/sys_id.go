package runtime

import "syscall"

// A guest cannot change who it is: Axol's own threads, and its children, would stay what they are. To
// become what it is already is allowed, as programs do that to be safe.

// setID is a call that sets the real, effective or saved number of a user or group to one of its
// arguments. -1 leaves one as it is.
func setID(name string, n int, current uint64) func(t *Thread, a *args) uint64 {
	return func(t *Thread, a *args) uint64 {
		var ids [3]uint32
		if _, _, e := syscall.RawSyscall(hostNr(current), pointer(&ids[0]), pointer(&ids[1]), pointer(&ids[2])); e != 0 {
			return fail(e)
		}
		for i, v := range a[:n] {
			if id := uint32(v); (id != ^uint32(0) || n == 1) && id != ids[i] {
				t.p.warnOnce("axol: %s: a guest cannot become another user or group", name)
				return fail(syscall.EPERM)
			}
		}
		return 0
	}
}
