package runtime

// calls is the system calls of arm64, by number (the kernel's asm-generic table).
var calls [472]call

func init() { // not a composite literal: handlers refer to the table
	calls = [...]call{
		0:   {name: "io_setup", quiet: true},
		1:   {name: "io_destroy"},
		2:   {name: "io_submit"},
		3:   {name: "io_cancel"},
		4:   {name: "io_getevents"},
		5:   {name: "setxattr", shape: "p**ii"},
		6:   {name: "lsetxattr", shape: "p**ii"},
		7:   {name: "fsetxattr", shape: "f**ii"},
		8:   {name: "getxattr", shape: "p**i"},
		9:   {name: "lgetxattr", shape: "p**i"},
		10:  {name: "fgetxattr", shape: "f**i"},
		11:  {name: "listxattr", shape: "p*i"},
		12:  {name: "llistxattr", shape: "p*i"},
		13:  {name: "flistxattr", shape: "f*i"},
		14:  {name: "removexattr", shape: "p*"},
		15:  {name: "lremovexattr", shape: "p*"},
		16:  {name: "fremovexattr", shape: "f*"},
		17:  {name: "getcwd", run: sysGetcwd},
		18:  {name: "lookup_dcookie"},
		19:  {name: "eventfd2", shape: ">ii"},
		20:  {name: "epoll_create1", shape: ">i"},
		21:  {name: "epoll_ctl", run: sysEpollCtl},
		22:  {name: "epoll_pwait", run: sysEpollPwait},
		23:  {name: "dup", shape: ">f"},
		24:  {name: "dup3", run: sysDup3},
		25:  {name: "fcntl", run: sysFcntl},
		26:  {name: "inotify_init1", shape: ">i"},
		27:  {name: "inotify_add_watch", shape: "fpi"},
		28:  {name: "inotify_rm_watch", shape: "fi"},
		29:  {name: "ioctl", run: sysIoctl},
		30:  {name: "ioprio_set", shape: "iii"},
		31:  {name: "ioprio_get", shape: "ii"},
		32:  {name: "flock", shape: "fi"},
		33:  {name: "mknodat", shape: "@ii"},
		34:  {name: "mkdirat", shape: "@i"},
		35:  {name: "unlinkat", shape: "@i"},
		36:  {name: "symlinkat", shape: "*@"},
		37:  {name: "linkat", shape: "@@i"},
		38:  {name: "renameat", shape: "@@"},
		39:  {name: "umount2"},
		40:  {name: "mount"},
		41:  {name: "pivot_root"},
		42:  {name: "nfsservctl"},
		43:  {name: "statfs", shape: "p*"},
		44:  {name: "fstatfs", shape: "f*"},
		45:  {name: "truncate", shape: "pi"},
		46:  {name: "ftruncate", shape: "fi"},
		47:  {name: "fallocate", shape: "fiii"},
		48:  {name: "faccessat", shape: "@i"},
		49:  {name: "chdir", run: sysChdir},
		50:  {name: "fchdir", run: sysFchdir},
		51:  {name: "chroot"},
		52:  {name: "fchmod", shape: "fi"},
		53:  {name: "fchmodat", shape: "@i"},
		54:  {name: "fchownat", shape: "@iii"},
		55:  {name: "fchown", shape: "fii"},
		56:  {name: "openat", run: sysOpenat},
		57:  {name: "close", run: sysClose},
		58:  {name: "vhangup"},
		59:  {name: "pipe2", run: sysPipe2},
		60:  {name: "quotactl"},
		61:  {name: "getdents64", run: sysGetdents64},
		62:  {name: "lseek", shape: "fii"},
		63:  {name: "read", run: sysRead},
		64:  {name: "write", run: sysWrite},
		65:  {name: "readv", run: vectored(nrReadv)},
		66:  {name: "writev", run: vectored(nrWritev)},
		67:  {name: "pread64", shape: "f*ii"},
		68:  {name: "pwrite64", run: piped("f*ii", nrPwrite64)},
		69:  {name: "preadv", run: vectored(nrPreadv)},
		70:  {name: "pwritev", run: vectored(nrPwritev)},
		71:  {name: "sendfile", run: piped("ff*i", nrSendfile)},
		72:  {name: "pselect6", run: sysPselect6},
		73:  {name: "ppoll", run: sysPpoll},
		74:  {name: "signalfd4"},
		75:  {name: "vmsplice"},
		76:  {name: "splice", run: piped("f*f*ii", nrSplice)},
		77:  {name: "tee", run: piped("ffii", nrTee)},
		78:  {name: "readlinkat", run: sysReadlinkat},
		79:  {name: "newfstatat", run: sysNewfstatat},
		80:  {name: "fstat", run: sysFstat},
		81:  {name: "sync", shape: "i"},
		82:  {name: "fsync", shape: "f"},
		83:  {name: "fdatasync", shape: "f"},
		84:  {name: "sync_file_range", shape: "fiii"},
		85:  {name: "timerfd_create", shape: ">ii"},
		86:  {name: "timerfd_settime", shape: "fi**"},
		87:  {name: "timerfd_gettime", shape: "f*"},
		88:  {name: "utimensat", shape: "@*i"},
		89:  {name: "acct"},
		90:  {name: "capget", shape: "**"},
		91:  {name: "capset"},
		92:  {name: "personality", run: sysPersonality},
		93:  {name: "exit", run: sysExit},
		94:  {name: "exit_group", run: sysExitGroup},
		95:  {name: "waitid", run: sysWaitid},
		96:  {name: "set_tid_address", run: sysSetTidAddress},
		97:  {name: "unshare"},
		98:  {name: "futex", run: sysFutex},
		99:  {name: "set_robust_list", run: sysSetRobustList},
		100: {name: "get_robust_list", run: sysGetRobustList},
		101: {name: "nanosleep", run: sysNanosleep},
		102: {name: "getitimer", run: sysGetitimer},
		103: {name: "setitimer", run: sysSetitimer},
		104: {name: "kexec_load"},
		105: {name: "init_module"},
		106: {name: "delete_module"},
		107: {name: "timer_create", run: sysTimerCreate},
		108: {name: "timer_gettime", run: sysTimerGettime},
		109: {name: "timer_getoverrun", run: sysTimerGetoverrun},
		110: {name: "timer_settime", run: sysTimerSettime},
		111: {name: "timer_delete", run: sysTimerDelete},
		112: {name: "clock_settime"},
		113: {name: "clock_gettime", run: sysClockGettime},
		114: {name: "clock_getres", run: sysClockGetres},
		115: {name: "clock_nanosleep", run: sysClockNanosleep},
		116: {name: "syslog"},
		117: {name: "ptrace"},
		118: {name: "sched_setparam", run: ofThread("i*", nrSchedSetparam)},
		119: {name: "sched_setscheduler", run: ofThread("ii*", nrSchedSetscheduler)},
		120: {name: "sched_getscheduler", run: ofThread("i", nrSchedGetscheduler)},
		121: {name: "sched_getparam", run: ofThread("i*", nrSchedGetparam)},
		122: {name: "sched_setaffinity", run: ofThread("ii*", nrSchedSetaffinity)},
		123: {name: "sched_getaffinity", run: ofThread("ii*", nrSchedGetaffinity)},
		124: {name: "sched_yield", run: sysSchedYield},
		125: {name: "sched_get_priority_max", shape: "i"},
		126: {name: "sched_get_priority_min", shape: "i"},
		127: {name: "sched_rr_get_interval", run: ofThread("i*", nrSchedRrGetInterval)},
		128: {name: "restart_syscall"},
		129: {name: "kill", run: sysKill},
		130: {name: "tkill", run: sysTkill},
		131: {name: "tgkill", run: sysTgkill},
		132: {name: "sigaltstack", run: sysSigaltstack},
		133: {name: "rt_sigsuspend", run: sysRtSigsuspend},
		134: {name: "rt_sigaction", run: sysRtSigaction},
		135: {name: "rt_sigprocmask", run: sysRtSigprocmask},
		136: {name: "rt_sigpending", run: sysRtSigpending},
		137: {name: "rt_sigtimedwait", run: sysRtSigtimedwait},
		138: {name: "rt_sigqueueinfo", run: sysRtSigqueueinfo},
		139: {name: "rt_sigreturn", run: sysRtSigreturn},
		140: {name: "setpriority", shape: "iii"},
		141: {name: "getpriority", shape: "ii"},
		142: {name: "reboot"},
		143: {name: "setregid", run: setID("setregid", 2, nrGetresgid)},
		144: {name: "setgid", run: setID("setgid", 1, nrGetresgid)},
		145: {name: "setreuid", run: setID("setreuid", 2, nrGetresuid)},
		146: {name: "setuid", run: setID("setuid", 1, nrGetresuid)},
		147: {name: "setresuid", run: setID("setresuid", 3, nrGetresuid)},
		148: {name: "getresuid", shape: "***"},
		149: {name: "setresgid", run: setID("setresgid", 3, nrGetresgid)},
		150: {name: "getresgid", shape: "***"},
		151: {name: "setfsuid"},
		152: {name: "setfsgid"},
		153: {name: "times", shape: "*"},
		154: {name: "setpgid", run: sysSetpgid},
		155: {name: "getpgid", shape: "i"},
		156: {name: "getsid", shape: "i"},
		157: {name: "setsid", run: sysSetsid},
		158: {name: "getgroups", shape: "i*"},
		159: {name: "setgroups"},
		160: {name: "uname", run: sysUname},
		161: {name: "sethostname"},
		162: {name: "setdomainname"},
		163: {name: "getrlimit", run: sysGetrlimit},
		164: {name: "setrlimit", run: sysSetrlimit},
		165: {name: "getrusage", shape: "i*"},
		166: {name: "umask", shape: "i"},
		167: {name: "prctl", run: sysPrctl},
		168: {name: "getcpu", shape: "***"},
		169: {name: "gettimeofday", shape: "**"},
		170: {name: "settimeofday"},
		171: {name: "adjtimex"},
		172: {name: "getpid", run: sysGetpid},
		173: {name: "getppid", run: sysGetppid},
		174: {name: "getuid", shape: "i"},
		175: {name: "geteuid", shape: "i"},
		176: {name: "getgid", shape: "i"},
		177: {name: "getegid", shape: "i"},
		178: {name: "gettid", run: sysGettid},
		179: {name: "sysinfo", shape: "*"},
		180: {name: "mq_open"},
		181: {name: "mq_unlink"},
		182: {name: "mq_timedsend"},
		183: {name: "mq_timedreceive"},
		184: {name: "mq_notify"},
		185: {name: "mq_getsetattr"},
		186: {name: "msgget"},
		187: {name: "msgctl"},
		188: {name: "msgrcv"},
		189: {name: "msgsnd"},
		190: {name: "semget"},
		191: {name: "semctl"},
		192: {name: "semtimedop"},
		193: {name: "semop"},
		194: {name: "shmget"},
		195: {name: "shmctl"},
		196: {name: "shmat"},
		197: {name: "shmdt"},
		198: {name: "socket", shape: ">iii"},
		199: {name: "socketpair", run: sysSocketpair},
		200: {name: "bind", shape: "f*i"},
		201: {name: "listen", shape: "fi"},
		202: {name: "accept", shape: ">f**"},
		203: {name: "connect", shape: "f*i"},
		204: {name: "getsockname", shape: "f**"},
		205: {name: "getpeername", shape: "f**"},
		206: {name: "sendto", run: sysSendto},
		207: {name: "recvfrom", shape: "f*ii**"},
		208: {name: "setsockopt", run: socketOption("fii*i", nrSetsockopt)},
		209: {name: "getsockopt", run: socketOption("fii**", nrGetsockopt)},
		210: {name: "shutdown", shape: "fi"},
		211: {name: "sendmsg", run: sysSendmsg},
		212: {name: "recvmsg", run: sysRecvmsg},
		213: {name: "readahead", shape: "fii"},
		214: {name: "brk", run: sysBrk},
		215: {name: "munmap", run: sysMunmap},
		216: {name: "mremap", run: sysMremap},
		217: {name: "add_key", quiet: true},
		218: {name: "request_key", quiet: true},
		219: {name: "keyctl", quiet: true},
		220: {name: "clone", run: sysClone},
		221: {name: "execve", run: sysExecve},
		222: {name: "mmap", run: sysMmap},
		223: {name: "fadvise64", shape: "fiii"},
		224: {name: "swapon"},
		225: {name: "swapoff"},
		226: {name: "mprotect", run: sysMprotect},
		227: {name: "msync", run: sysMsync},
		228: {name: "mlock", run: sysMlock},
		229: {name: "munlock", run: sysMunlock},
		230: {name: "mlockall"},
		231: {name: "munlockall"},
		232: {name: "mincore", run: sysMincore},
		233: {name: "madvise", run: sysMadvise},
		234: {name: "remap_file_pages"},
		235: {name: "mbind", quiet: true},
		236: {name: "get_mempolicy", quiet: true},
		237: {name: "set_mempolicy", quiet: true},
		238: {name: "migrate_pages", quiet: true},
		239: {name: "move_pages", quiet: true},
		240: {name: "rt_tgsigqueueinfo", run: sysRtTgsigqueueinfo},
		241: {name: "perf_event_open", quiet: true},
		242: {name: "accept4", shape: ">f**i"},
		243: {name: "recvmmsg", run: many(sysRecvmsg)},
		260: {name: "wait4", run: sysWait4},
		261: {name: "prlimit64", run: sysPrlimit64},
		262: {name: "fanotify_init"},
		263: {name: "fanotify_mark"},
		264: {name: "name_to_handle_at"},
		265: {name: "open_by_handle_at"},
		266: {name: "clock_adjtime"},
		267: {name: "syncfs", shape: "f"},
		268: {name: "setns"},
		269: {name: "sendmmsg", run: many(sysSendmsg)},
		270: {name: "process_vm_readv"},
		271: {name: "process_vm_writev"},
		272: {name: "kcmp"},
		273: {name: "finit_module"},
		274: {name: "sched_setattr"},
		275: {name: "sched_getattr", run: ofThread("i*ii", nrSchedGetattr)},
		276: {name: "renameat2", shape: "@@i"},
		277: {name: "seccomp", quiet: true},
		278: {name: "getrandom", shape: "*ii"},
		279: {name: "memfd_create", shape: ">*i"},
		280: {name: "bpf", quiet: true},
		281: {name: "execveat"},
		282: {name: "userfaultfd"},
		283: {name: "membarrier", shape: "iii"},
		284: {name: "mlock2", run: sysMlock2},
		285: {name: "copy_file_range", shape: "f*f*ii"},
		286: {name: "preadv2", run: vectored(nrPreadv2)},
		287: {name: "pwritev2", run: vectored(nrPwritev2)},
		288: {name: "pkey_mprotect", quiet: true},
		289: {name: "pkey_alloc", quiet: true},
		290: {name: "pkey_free", quiet: true},
		291: {name: "statx", shape: "@ii*"},
		292: {name: "io_pgetevents"},
		293: {name: "rseq", quiet: true},
		294: {name: "kexec_file_load"},
		424: {name: "pidfd_send_signal", shape: "fi*i"},
		425: {name: "io_uring_setup", quiet: true},
		426: {name: "io_uring_enter", quiet: true},
		427: {name: "io_uring_register", quiet: true},
		428: {name: "open_tree"},
		429: {name: "move_mount"},
		430: {name: "fsopen"},
		431: {name: "fsconfig"},
		432: {name: "fsmount"},
		433: {name: "fspick"},
		434: {name: "pidfd_open", shape: ">ii"},
		435: {name: "clone3", quiet: true},
		436: {name: "close_range", run: sysCloseRange},
		437: {name: "openat2", run: sysOpenat2},
		438: {name: "pidfd_getfd", quiet: true},
		439: {name: "faccessat2", shape: "@ii"},
		440: {name: "process_madvise", quiet: true},
		441: {name: "epoll_pwait2", run: sysEpollPwait2},
		442: {name: "mount_setattr"},
		443: {name: "quotactl_fd"},
		444: {name: "landlock_create_ruleset", quiet: true},
		445: {name: "landlock_add_rule"},
		446: {name: "landlock_restrict_self"},
		447: {name: "memfd_secret"},
		448: {name: "process_mrelease"},
		449: {name: "futex_waitv", quiet: true},
		450: {name: "set_mempolicy_home_node", quiet: true},
		451: {name: "cachestat", quiet: true},
		452: {name: "fchmodat2", shape: "@ii"},
		453: {name: "map_shadow_stack", quiet: true},
		454: {name: "futex_wake", quiet: true},
		455: {name: "futex_wait", quiet: true},
		456: {name: "futex_requeue", quiet: true},
		457: {name: "statmount", quiet: true},
		458: {name: "listmount", quiet: true},
		459: {name: "lsm_get_self_attr"},
		460: {name: "lsm_set_self_attr"},
		461: {name: "lsm_list_modules"},
		462: {name: "mseal", quiet: true},
		463: {name: "setxattrat"},
		464: {name: "getxattrat", quiet: true},
		465: {name: "listxattrat"},
		466: {name: "removexattrat"},
		467: {name: "open_tree_attr"},
		468: {name: "file_getattr"},
		469: {name: "file_setattr"},
		470: {name: "listns"},
		471: {name: "rseq_slice_yield"},
	}
}

// Numbers of the calls that handlers make on the host, for hostNr.
const (
	nrGetcwd             = 17
	nrEpollPwait         = 22
	nrDup3               = 24
	nrFcntl              = 25
	nrIoctl              = 29
	nrFaccessat          = 48
	nrOpenat             = 56
	nrClose              = 57
	nrPipe2              = 59
	nrGetdents64         = 61
	nrRead               = 63
	nrWrite              = 64
	nrReadv              = 65
	nrWritev             = 66
	nrPwrite64           = 68
	nrPreadv             = 69
	nrPwritev            = 70
	nrSendfile           = 71
	nrPselect6           = 72
	nrPpoll              = 73
	nrSplice             = 76
	nrTee                = 77
	nrReadlinkat         = 78
	nrNewfstatat         = 79
	nrFstat              = 80
	nrWaitid             = 95
	nrUnshare            = 97
	nrFutex              = 98
	nrClockGettime       = 113
	nrClockGetres        = 114
	nrClockNanosleep     = 115
	nrSchedSetparam      = 118
	nrSchedSetscheduler  = 119
	nrSchedGetscheduler  = 120
	nrSchedGetparam      = 121
	nrSchedSetaffinity   = 122
	nrSchedGetaffinity   = 123
	nrSchedYield         = 124
	nrSchedRrGetInterval = 127
	nrKill               = 129
	nrTgkill             = 131
	nrRtSigaction        = 134
	nrGetresuid          = 148
	nrGetresgid          = 150
	nrSetpgid            = 154
	nrSetsid             = 157
	nrUname              = 160
	nrPrctl              = 167
	nrGetppid            = 173
	nrSocketpair         = 199
	nrSendto             = 206
	nrSetsockopt         = 208
	nrGetsockopt         = 209
	nrSendmsg            = 211
	nrRecvmsg            = 212
	nrMsync              = 227
	nrMlock              = 228
	nrMunlock            = 229
	nrMincore            = 232
	nrMadvise            = 233
	nrWait4              = 260
	nrPrlimit64          = 261
	nrSchedGetattr       = 275
	nrMemfdCreate        = 279
	nrMlock2             = 284
	nrPreadv2            = 286
	nrPwritev2           = 287
	nrPidfdOpen          = 434
)
