package jit

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// textGuest is the code of a file, at its addresses.
type textGuest struct {
	base uint64
	text []byte
}

func (g textGuest) Fetch(pc uint64) (uint32, bool) {
	if pc < g.base || pc-g.base > uint64(len(g.text))-4 || pc&3 != 0 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(g.text[pc-g.base:]), true
}

func busyboxText(t testing.TB) textGuest {
	dir := os.Getenv("AXOL_CACHE")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Skip("needs a cache folder")
		}
		dir = filepath.Join(cache, "axol")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "busybox*", "bin", "busybox"))
	if len(files) == 0 {
		t.Skip("needs busybox for arm64 in the cache: make peers")
	}
	f, err := elf.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := f.Section(".text")
	b, err := s.Data()
	if err != nil {
		t.Fatal(err)
	}
	return textGuest{s.Addr, b}
}

// BenchmarkTranslate translates a real program from front to back, as units that begin
// where the one before ended.
func BenchmarkTranslate(b *testing.B) {
	g := busyboxText(b)
	e, err := New(Config{Guest: g, MemBase: 1 << 45, MemLimit: 1 << 45})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	insns, host := uint64(0), uint64(0)
	b.ResetTimer()
	for b.Loop() {
		before := e.stats
		e.flush()
		for pc := g.base; pc < g.base+uint64(len(g.text)); {
			u := e.translate(pc, 0, true)
			pc = max(pc+4, u.code[0].End)
		}
		insns += e.stats.Insns - before.Insns
		host += e.stats.HostBytes - before.HostBytes
	}
	b.ReportMetric(float64(insns)/b.Elapsed().Seconds(), "insns/s")
	b.ReportMetric(float64(host)/float64(insns), "hostbytes/insn")
}
