// Package runtime is the machine that guest programs run on: processes and their
// threads, guest memory, signals, and the Linux system calls of arm64, on a Linux
// host of any architecture Axol supports.
//
// [Load] prepares a program and [Process.Run] runs it. Each guest thread is a
// goroutine on a host thread of its own, which alternates between the engine (it
// runs guest code until something must be done) and this package (it does it).
//
// System calls are a table ([calls]). Most of them differ between the guest and the
// host in their number only and are described by the shape of their arguments;
// the others have a function. What is not in the table, or has neither, gives
// ENOSYS and is named once through [Config.Warn].
//
// The guest has the rights of the user who runs Axol, no more and no fewer. Nothing it
// does by way of instructions or system call arguments reaches Axol's own memory,
// descriptors and threads; but this is no sandbox for a program that sets out to attack
// its own process through /proc.
//
// A guest process is a process of the host. A child, and a program that is executed, is another
// Axol, which takes over by a [Handover]: so nothing of Axol's own has to survive a fork.
//
// There is one idea a file: process and thread, load and stack, signal and sigframe,
// vfork, fork and handover, descriptors, path, procfs, syscall (dispatch) and sys_... (one a
// topic). mem and elf are rooms of their own.
//
// This room may not know probes.
package runtime
