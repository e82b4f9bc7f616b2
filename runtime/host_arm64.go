package runtime

// hostNr is the host's number of an arm64 system call.
func hostNr(guest uint64) uintptr { return uintptr(guest) }

// hostLargefile is O_LARGEFILE, which the kernel sets on all files.
const hostLargefile = 0x20000
