package runtime

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"axol/runtime/elf"
	"axol/runtime/mem"
)

func (p *Process) loadProgram() error {
	im, err := elf.Open(p.HostPath(p.cfg.Path), p.mem.Limit())
	if err != nil {
		return err
	}
	defer im.Close()
	if p.exe, err = filepath.Abs(im.Path); err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(p.exe); err == nil {
		p.exe = real
	}
	l := layoutOf(p.mem)
	p.tramp, p.mmapTop, p.codeTop = l.tramp, l.mmapTop, l.code

	// A dynamic linker guards all code but its own (arch_elf_adjust_prot).
	guard := false
	if im.Interp == "" {
		if guard, err = im.BTI(); err != nil {
			return fmt.Errorf("%s: %w", p.cfg.Path, err)
		}
	}
	if p.bias, err = p.loadImage(im, l.pie, guard); err != nil {
		return fmt.Errorf("%s: %w", p.cfg.Path, err)
	}
	_, end := im.Span()
	p.brk.start(max(end+p.bias, l.brk))
	p.start.pc = im.Entry + p.bias

	var interp uint64
	if im.Interp != "" {
		if interp, err = p.loadInterp(im.Interp, l.interp); err != nil {
			return p.interpError(im.Interp, err)
		}
	}
	if err := p.mapTrampoline(); err != nil {
		return err
	}
	return p.buildStack(l.stackTop, p.auxVector(im, interp))
}

// loadInterp loads the dynamic linker, which is then where the program starts.
func (p *Process) loadInterp(name string, at uint64) (base uint64, err error) {
	path := p.HostPath(name)
	im, err := elf.Open(path, p.mem.Limit())
	if err != nil {
		return 0, err
	}
	defer im.Close()
	guard, err := im.BTI()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	if base, err = p.loadImage(im, at, guard); err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	p.start.pc = im.Entry + base
	return base, nil
}

// interpError says what is to be done for a program whose dynamic linker cannot be loaded.
func (p *Process) interpError(interp string, err error) error {
	switch {
	case p.cfg.Root == "":
		return fmt.Errorf("%s is linked dynamically, by %s: %w; --root DIR names a folder of arm64 packages that has it", p.cfg.Path, interp, err)
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s is linked dynamically, by %s, which is not under the root %s", p.cfg.Path, interp, p.cfg.Root)
	}
	return fmt.Errorf("%s: dynamic linker: %w", p.cfg.Path, err)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// loadImage maps a program, its code guarded or not, and returns the bias it chose, near the wanted one.
func (p *Process) loadImage(im *elf.Image, want uint64, guard bool) (bias uint64, err error) {
	lo, hi := im.Span()
	if !im.Fixed {
		bias = want - lo
		if hi+bias > p.mmapTop || hi+bias < hi {
			return 0, fmt.Errorf("segments take %#x bytes, more than there is room for", hi-lo)
		}
	}
	info, err := im.File.Stat()
	if err != nil {
		return 0, err
	}
	st := info.Sys().(*syscall.Stat_t)
	for i, s := range im.Segments {
		if err := p.loadSegment(im, s, bias, guard, st); err != nil {
			return 0, fmt.Errorf("segment %d at %#x: %w", i, s.Addr, err)
		}
	}
	return bias, nil
}

func (p *Process) loadSegment(im *elf.Image, s elf.Segment, bias uint64, guard bool, st *syscall.Stat_t) error {
	prot := protIf(s.Read, mem.Read) | protIf(s.Write, mem.Write) | protIf(s.Exec, mem.Exec) | protIf(s.Exec && guard, mem.BTI)
	skew := s.Addr % mem.PageSize
	addr := s.Addr + bias - skew
	fileEnd := s.Addr + bias + s.FileSize
	memEnd := s.Addr + bias + s.MemSize
	fileTop := addr // end of the pages that come from the file
	if s.FileSize > 0 {
		fileTop = (fileEnd + mem.PageSize - 1) &^ (mem.PageSize - 1)
		_, e := p.mem.Map(mem.Request{Addr: addr, Length: fileTop - addr, Place: mem.Fixed, FD: int(im.File.Fd()),
			Mapping: mem.Mapping{Prot: prot, Name: p.nameOf(im), Offset: s.Offset - skew, Inode: st.Ino, Dev: uint64(st.Dev)}})
		if e != 0 {
			return fmt.Errorf("mmap: %w", e)
		}
		// The file's bytes behind the segment must not be seen. All of the page is
		// cleared, not just the segment's part: dynamic linkers allocate from the rest.
		if memEnd > fileEnd {
			if e := p.mem.Poke(fileEnd, make([]byte, fileTop-fileEnd)); e != 0 {
				return fmt.Errorf("clearing its end: %w", e)
			}
		}
	}
	if memEnd > fileTop {
		_, e := p.mem.Map(mem.Request{Addr: fileTop, Length: memEnd - fileTop, Place: mem.Fixed,
			Mapping: mem.Mapping{Prot: prot, Flags: mem.Anonymous}})
		if e != 0 {
			return fmt.Errorf("mmap: %w", e)
		}
	}
	return nil
}

func protIf(has bool, bit mem.Prot) mem.Prot {
	if has {
		return bit
	}
	return 0
}

func (p *Process) nameOf(im *elf.Image) string {
	if im.Path == p.HostPath(p.cfg.Path) {
		return p.exe
	}
	return im.Path
}

// mapTrampoline makes the page that signal handlers return to. Debuggers and
// unwinders know a signal frame by exactly these two instructions.
func (p *Process) mapTrampoline() error {
	_, e := p.mem.Map(mem.Request{Addr: p.tramp, Length: mem.PageSize, Place: mem.Fixed,
		Mapping: mem.Mapping{Prot: mem.Read | mem.Exec, Flags: mem.Anonymous, Name: "[vdso]"}})
	if e == 0 {
		e = p.mem.Poke(p.tramp, []byte{
			0x68, 0x11, 0x80, 0xD2, // mov x8, #139 (rt_sigreturn)
			0x01, 0x00, 0x00, 0xD4, // svc #0
		})
	}
	if e != 0 {
		return fmt.Errorf("signal trampoline: %w", e)
	}
	return nil
}
