package runtime

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"

	"axol/runtime/elf"
	"axol/runtime/mem"
)

// Keys of the auxiliary vector.
const (
	atNull, atPhdr, atPhent, atPhnum, atPagesz, atBase, atFlags, atEntry = 0, 3, 4, 5, 6, 7, 8, 9
	atUID, atEUID, atGID, atEGID, atPlatform, atHwcap, atClktck          = 11, 12, 13, 14, 15, 16, 17
	atSecure, atRandom, atHwcap2, atExecfn, atMinSigStack                = 23, 25, 26, 31, 51
)

// auxEntry is a key and its value.
type auxEntry struct{ key, value uint64 }

// auxVector is what the kernel tells a program about itself, in the kernel's order.
// The addresses of strings are filled in by buildStack.
func (p *Process) auxVector(im *elf.Image, interp uint64) []auxEntry {
	caps, _ := hwcaps()
	phdr := im.PhdrAddr
	if phdr != 0 {
		phdr += p.bias
	}
	return []auxEntry{
		{atMinSigStack, minSigStack},
		{atHwcap, caps[0]},
		{atPagesz, mem.PageSize},
		{atClktck, 100},
		{atPhdr, phdr},
		{atPhent, uint64(im.PhdrSize)},
		{atPhnum, uint64(im.PhdrNum)},
		{atBase, interp},
		{atFlags, 0},
		{atEntry, im.Entry + p.bias},
		{atUID, uint64(os.Getuid())},
		{atEUID, uint64(os.Geteuid())},
		{atGID, uint64(os.Getgid())},
		{atEGID, uint64(os.Getegid())},
		{atSecure, 0},
		{atRandom, 0},
		{atHwcap2, caps[1]},
		{atExecfn, 0},
		{atPlatform, 0},
		{atNull, 0},
	}
}

// buildStack maps the first thread's stack and puts on it what a program is started with.
func (p *Process) buildStack(top uint64, aux []auxEntry) error {
	_, e := p.mem.Map(mem.Request{Addr: top - stackSize, Length: stackSize, Place: mem.Fixed,
		Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous, Name: "[stack]"}})
	if e != 0 {
		return fmt.Errorf("stack: %w", e)
	}
	var random [16]byte
	rand.Read(random[:])
	img, err := stackImage(top, p.cfg.Path, p.cfg.Args, p.cfg.Env, random[:], aux)
	if err != nil {
		return err
	}
	p.start.sp = top - uint64(len(img))
	if e := p.mem.Write(p.start.sp, img); e != 0 {
		return fmt.Errorf("stack: %w", e)
	}
	for _, a := range aux {
		p.auxv = binary.LittleEndian.AppendUint64(p.auxv, a.key)
		p.auxv = binary.LittleEndian.AppendUint64(p.auxv, a.value)
	}
	return nil
}

// stackImage is the memory below top at the start of a program. From low to high:
//
//	argc, argv..., 0, envp..., 0, auxv..., padding,
//	random bytes, platform, argument strings, environment strings, file name, 0
//
// SP is the start and 16-byte aligned. aux gets the addresses of its strings.
func stackImage(top uint64, path string, args, env []string, random []byte, aux []auxEntry) ([]byte, error) {
	var strs []byte
	put := func(s string) (offset uint64) {
		offset = uint64(len(strs))
		strs = append(append(strs, s...), 0)
		return offset
	}
	strs = append(strs, random...)
	platform := put("aarch64")
	var pointers []uint64 // offsets in strs, for now
	for _, s := range args {
		pointers = append(pointers, put(s))
	}
	for _, s := range env {
		pointers = append(pointers, put(s))
	}
	name := put(path)
	strs = append(strs, make([]byte, 8)...)
	strs = append(strs, make([]byte, -len(strs)&15)...) // top is aligned

	words := 1 + len(args) + 1 + len(env) + 1 + 2*len(aux)
	size := words*8 + len(strs)
	size += size & 8
	if size > stackSize/4 { // as the kernel limits them
		return nil, fmt.Errorf("arguments and environment take %d bytes, more than the %d there is room for", size, stackSize/4)
	}
	base := top - uint64(len(strs))
	for i := range aux {
		switch aux[i].key {
		case atRandom:
			aux[i].value = base
		case atPlatform:
			aux[i].value = base + platform
		case atExecfn:
			aux[i].value = base + name
		}
	}
	img := make([]byte, 0, size)
	word := func(v uint64) { img = binary.LittleEndian.AppendUint64(img, v) }
	word(uint64(len(args)))
	for i, off := range pointers {
		if i == len(args) {
			word(0)
		}
		word(base + off)
	}
	if len(env) == 0 {
		word(0)
	}
	word(0)
	for _, a := range aux {
		word(a.key)
		word(a.value)
	}
	img = append(img, make([]byte, size-len(strs)-len(img))...)
	return append(img, strs...), nil
}
