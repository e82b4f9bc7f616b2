package runtime

import "syscall"

// ioctls is the requests that are known, with what their argument is (as in call.shape).
// The rest are refused: an argument could hold addresses, which mean nothing to the host.
var ioctls = map[uint32]string{
	0x5401: "*", 0x5402: "*", 0x5403: "*", 0x5404: "*", // TCGETS, TCSETS, TCSETSW, TCSETSF
	0x5405: "*", 0x5406: "*", 0x5407: "*", 0x5408: "*", // TCGETA, TCSETA, TCSETAW, TCSETAF
	0x802C542A: "*", 0x402C542B: "*", 0x402C542C: "*", 0x402C542D: "*", // TCGETS2, TCSETS2, TCSETSW2, TCSETSF2
	0x5409: "i", 0x540A: "i", 0x540B: "i", 0x5425: "i", // TCSBRK, TCXONC, TCFLSH, TCSBRKP
	0x540C: "i", 0x540D: "i", 0x540E: "i", 0x5422: "i", // TIOCEXCL, TIOCNXCL, TIOCSCTTY, TIOCNOTTY
	0x540F: "*", 0x5410: "*", 0x5429: "*", // TIOCGPGRP, TIOCSPGRP, TIOCGSID
	0x5411: "*", 0x541B: "*", 0x5413: "*", 0x5414: "*", // TIOCOUTQ, FIONREAD, TIOCGWINSZ, TIOCSWINSZ
	0x80045430: "*", 0x40045431: "*", // TIOCGPTN, TIOCSPTLCK
	0x5421: "*", 0x5450: "i", 0x5451: "i", 0x5460: "*", // FIONBIO, FIONCLEX, FIOCLEX, FIOQSIZE
	0x1260: "*", 0x1268: "*", 0x80081272: "*", // BLKGETSIZE, BLKSSZGET, BLKGETSIZE64
	0x80086601: "*", 0x40086602: "*", // FS_IOC_GETFLAGS, FS_IOC_SETFLAGS
	0x40049409: "f",                                        // FICLONE
	0x8910:     "*",                                        // SIOCGIFNAME
	0x8913:     "*", 0x8915: "*", 0x8919: "*", 0x891B: "*", // SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFBRDADDR, SIOCGIFNETMASK
	0x8921: "*", 0x8927: "*", 0x8933: "*", // SIOCGIFMTU, SIOCGIFHWADDR, SIOCGIFINDEX
	0x8917: "*", 0x891D: "*", 0x8942: "*", 0x8970: "*", // SIOCGIFDSTADDR, SIOCGIFMETRIC, SIOCGIFTXQLEN, SIOCGIFMAP
}

func sysIoctl(t *Thread, a *args) uint64 {
	if _, e := t.fd(a[0]); e != 0 {
		return fail(e)
	}
	arg, ok := ioctls[uint32(a[1])]
	if !ok {
		t.p.warnOnce("axol: ioctl request %#x is not supported", uint32(a[1]))
		return fail(syscall.ENOTTY)
	}
	return t.pass("fi"+arg, hostNr(nrIoctl), a)
}
