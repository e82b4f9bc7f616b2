package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Every layout of kallsyms there has been, found without a hint, and the tables by their structure.
func TestLayouts(t *testing.T) {
	for _, l := range layouts {
		data, symbols, tables := synthImage(l)
		im, err := Read(l.name, data, Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		for _, s := range symbols {
			if s.Name[0] != 'f' {
				continue
			}
			f, ok := im.Symbols.Lookup(s.Name)
			if !ok || f.Addr != s.Addr || f.Size != 4*synthWords {
				t.Errorf("%s: %s is %+v, want %#x", l.name, s.Name, f, s.Addr)
			}
		}
		if d := equalTables(&im.Tables, &tables); d != "" {
			t.Errorf("%s: %s", l.name, d)
		}
		if im.Kind != Kernel || !strings.HasPrefix(im.Version, "Linux version 6.1.99-synthetic") || len(im.Texts) != 2 {
			t.Errorf("%s: %s, %q, %d texts", l.name, im.Kind, im.Version, len(im.Texts))
		}
		var names []string
		for _, s := range im.Sections {
			names = append(names, s.Name)
		}
		if got := fmt.Sprint(names); got != "[.text .kprobes.text .text .init.text]" {
			t.Errorf("%s: sections %s", l.name, got)
		}
	}
}

func pack(t testing.TB, method string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	switch method {
	case "gzip":
		z := gzip.NewWriter(&b)
		z.Write(data)
		z.Close()
	case "zstd":
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		z.Write(data)
		z.Close()
	}
	return b.Bytes()
}

// zboot wraps a payload as the kernel's EFI zboot does.
func zboot(method string, payload []byte) []byte {
	head := make([]byte, 0x1000)
	copy(head, "MZ\x00\x00zimg")
	binary.LittleEndian.PutUint32(head[zbootPayloadAt:], uint32(len(head)))
	binary.LittleEndian.PutUint32(head[zbootSizeAt:], uint32(len(payload)))
	copy(head[zbootMethodAt:], method)
	return append(append(head, payload...), 1, 2, 3, 4) // and what follows
}

func TestContainers(t *testing.T) {
	plain, _, _ := synthImage(layouts[2])
	for _, c := range []struct {
		format string
		data   []byte
	}{
		{"arm64 Image", plain},
		{"arm64 Image (gzip)", pack(t, "gzip", plain)},
		{"arm64 Image (gzip)", append(pack(t, "gzip", plain), 0, 0, 1, 2)}, // padded
		{"arm64 Image (zstd)", pack(t, "zstd", plain)},
		{"arm64 Image (zstd)", append(pack(t, "zstd", plain), 0, 0, 1, 2)}, // the length that a kernel's build appends
		{"arm64 Image (EFI zboot, gzip)", zboot("gzip", pack(t, "gzip", plain))},
		{"arm64 Image (EFI zboot, zstd)", zboot("zstd22", pack(t, "zstd", plain))},
		{"arm64 Image (gzip, EFI zboot, zstd)", pack(t, "gzip", zboot("zstd", pack(t, "zstd", plain)))},
	} {
		im, err := Read("x", c.data, Options{})
		if err != nil || im.Format != c.format || len(im.Symbols.Funcs) < synthFunctions {
			t.Errorf("%s: %v", c.format, err)
		}
	}
}

// What is wrong is named, and where.
func TestErrors(t *testing.T) {
	plain, _, _ := synthImage(layouts[2])
	k, err := findKallsyms(plain)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(b []byte)) []byte {
		b := bytes.Clone(plain)
		change(b)
		return b
	}
	packed, z := pack(t, "gzip", plain), pack(t, "zstd", plain)
	badZboot := zboot("gzip", packed)
	binary.LittleEndian.PutUint32(badZboot[zbootSizeAt:], 1<<30)
	for _, c := range []struct {
		name, want string
		data       []byte
	}{
		{"empty", "offset 0: neither an ELF file nor an arm64 Image", nil},
		{"text", "offset 0: neither an ELF file nor an arm64 Image", []byte("hello, world\n")},
		{"xz", "offset 0: packed by xz, which is not read", []byte("\xfd7zXZ\x00\x00\x04")},
		{"gzip, cut", "gzip: damaged behind", packed[:len(packed)/2]},
		{"gzip, head", "gzip: header", packed[:5]},
		{"zstd, cut", "zstd: damaged behind", z[:len(z)/2]},
		{"zboot, size", "EFI zboot header: payload at offset 0x1000, 0x40000000 bytes: beyond the end of the file", badZboot},
		{"zboot, method", `EFI zboot header: payload is packed by "lzma"`, zboot("lzma", packed)},
		{"zboot, lies", "EFI zboot header: payload at offset 0x1000 is not packed by zstd", zboot("zstd", packed)},
		{"no tokens", "kallsyms: no token table", with(func(b []byte) { b[k.tokenIndex+100]++ })},
		{"token without end", "kallsyms: no token table", with(func(b []byte) { b[k.tokens+3] = 'x' })},
		{"names", "no names and markers in front of it", with(func(b []byte) { b[k.names] = 0 })},
		{"number", "no names and markers in front of it", with(func(b []byte) { b[k.names-8]++ })},
		{"marker", "no names and markers in front of it", with(func(b []byte) { b[k.markers+4]++ })},
		{"letters", "is not the name of a symbol", with(func(b []byte) { b[k.tokens+k.u16(k.tokenIndex+2*'7')] = 7 })},
		{"addresses", "no ascending addresses before or behind them", with(func(b []byte) { b[k.addresses+4*100+3] = 0x7f })},
		{"base", "relative base at offset", with(func(b []byte) {
			place := binary.LittleEndian.AppendUint64(nil, synthBase+uint64(k.baseAt))
			clear(b[bytes.Index(b, place):][:relaSize])
		})},
		{"cut in kallsyms", "kallsyms: no token table", plain[:k.tokenIndex+50]},
		{"cut in names", "kallsyms: no token table", plain[:k.names+100]},
		{"cut in text", "kallsyms: no token table", plain[:synthText+100]},
		{"cut at its end", "PE header: section .text: offset 0x10000", withPE(plain, uint32(len(plain)))[:len(plain)-1]},
		{"ELF, cut", "ELF header", []byte("\x7fELF\x02\x01\x01")},
	} {
		_, err := Read("the file", c.data, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "the file: ") {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "missing"), Options{}); err == nil {
		t.Error("a missing file is opened")
	}
	if _, err := Open(t.TempDir(), Options{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v", err)
	}
}

// No damage crashes, and none leaves code outside of the file.
func TestDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, l := range layouts {
		data, _, _ := synthImage(l)
		for range 60 {
			b := bytes.Clone(data)
			for range 1 + r.IntN(8) {
				b[synthText+r.IntN(len(b)-synthText)] = byte(r.Uint32())
			}
			if r.IntN(3) == 0 {
				b = b[:r.IntN(len(b))]
			}
			checkRead(t, b, Options{})
		}
	}
}

// checkRead reads what may be damaged, and checks what must hold of what is read.
func checkRead(t *testing.T, data []byte, opt Options) {
	t.Helper()
	im, err := Read("x", data, opt)
	if err != nil {
		return
	}
	words := 0
	for i := range im.Texts {
		words += len(im.Texts[i].Words)
		if i > 0 && im.Texts[i].Addr < im.Texts[i-1].End() {
			t.Errorf("text %d overlaps", i)
		}
	}
	if 4*words > 1<<26 {
		t.Errorf("%d words", words)
	}
	covered := uint64(0)
	for i, s := range im.Sections {
		covered += s.End - s.Start
		if s.Start >= s.End || s.Start%4 != 0 || s.End%4 != 0 || i > 0 && s.Start < im.Sections[i-1].End {
			t.Errorf("section %+v", s)
		}
	}
	if covered != 4*uint64(words) {
		t.Errorf("sections of %d bytes, texts of %d", covered, 4*words)
	}
	for _, f := range im.Symbols.Funcs {
		im.Symbols.At(f.Addr)
	}
}

// withPE gives an Image a header for UEFI, with one section up to an offset.
func withPE(data []byte, end uint32) []byte {
	le, out := binary.LittleEndian, bytes.Clone(data)
	copy(out, "MZ")
	const at, optional = 64, 240
	out[60] = at
	h := out[at:]
	copy(h, "PE\x00\x00")
	le.PutUint16(h[4:], 0xaa64)
	le.PutUint16(h[6:], 1)
	le.PutUint16(h[20:], optional)
	le.PutUint16(h[24:], 0x20b)
	le.PutUint32(h[24+20:], synthText)
	le.PutUint32(h[24+108:], 16)
	s := h[24+optional:]
	copy(s, ".text")
	le.PutUint32(s[16:], end-synthText)
	le.PutUint32(s[20:], synthText)
	return out
}

func TestGivenSymbols(t *testing.T) {
	data, symbols, tables := synthImage(layouts[2])
	k, err := findKallsyms(data)
	if err != nil {
		t.Fatal(err)
	}
	data[k.tokenIndex+100]++ // there are no kallsyms
	text := func(slide uint64, more string) Options {
		var b strings.Builder
		fmt.Fprintf(&b, "%016x T _text\n", synthBase+slide)
		for _, s := range symbols {
			fmt.Fprintf(&b, "%016x %c %s\n", s.Addr+slide, s.Type, s.Name)
		}
		return Options{Symbols: strings.NewReader(b.String() + more), SymbolsPath: "map"}
	}
	const kaslr = 0x1234_0000
	for _, slide := range []uint64{0, kaslr} {
		im, err := Read("x", data, text(slide, "ffff800001000000 t foreign\t[module]\n"))
		if err != nil {
			t.Fatal(err)
		}
		f, ok := im.Symbols.Lookup("fn_100")
		if !ok || f.Addr != symbols[101].Addr+slide || len(im.Tables.Ftrace) != len(tables.Ftrace) || im.Tables.Ftrace[3] != tables.Ftrace[3]+slide {
			t.Errorf("fn_100 is %+v, %d ftrace sites", f, len(im.Tables.Ftrace))
		}
		if _, ok := im.Symbols.Lookup("foreign"); ok {
			t.Error("a module's symbol")
		}
	}
	// Without _text: as far in front of _stext as the header for UEFI says.
	uefi := withPE(data, uint32(len(data)))
	var b strings.Builder
	for _, s := range symbols {
		fmt.Fprintf(&b, "%016x %c %s\n", s.Addr+kaslr, s.Type, s.Name)
	}
	im, err := Read("x", uefi, Options{Symbols: strings.NewReader(b.String())})
	if err != nil || im.Texts[0].Addr != synthBase+synthText+kaslr || len(im.Tables.Ftrace) != len(tables.Ftrace) {
		t.Errorf("without _text: %v", err)
	}
	for _, c := range []struct{ text, want string }{
		{"", "symbols: map: there are none"},
		{"ffff800008000000 T _text\nhello\n", "symbols: map:2: "},
		{"x T _text\n", "symbols: map:1: "},
		{"0 T _text\n0 T _stext\n", "all addresses are 0"},
		{"ffff800008000000 T foo\n", "there is neither _text"},
		{"ffff800008000000 T _text\n", "_stext and _etext do not bound"},
		{"ffff800008010000 T _stext\n", "where the Image begins cannot be told"},
		{"ffff800008000000 T _text\nffff800008010000 T _stext\nffff800018010000 T _etext\n", "beyond the kernel's"},
	} {
		_, err := Read("x", data, Options{Symbols: strings.NewReader(c.text), SymbolsPath: "map"})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, l := range layouts {
		data, _, _ := synthImage(l)
		f.Add(data[synthText-64:]) // without its header, which the test puts in front
	}
	elf, err := os.ReadFile(os.Args[0]) // not for arm64, but an ELF file
	if err == nil {
		f.Add(elf[:4096])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		checkRead(t, data, Options{})
		raw := make([]byte, synthText-64, synthText+len(data))
		copy(raw[rawMagicAt:], "ARM\x64")
		checkRead(t, append(raw, data...), Options{})
	})
}

func FuzzKallsyms(f *testing.F) {
	for _, l := range layouts {
		data, _, _ := synthImage(l)
		f.Add(data[synthText:])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := findKallsyms(data)
		if err != nil {
			return
		}
		if list, err := k.symbols(kernelHalf); err == nil && len(list) != k.count {
			t.Errorf("%d symbols of %d", len(list), k.count)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack(f, "gzip", []byte("hello")))
	f.Add(pack(f, "zstd", []byte("hello")))
	f.Add(zboot("gzip", pack(f, "gzip", []byte("hello"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		if inner, wrap, err := unpack(data); err == nil && wrap == "" && !bytes.Equal(inner, data) {
			t.Error("unpacked without a wrapper")
		}
	})
}

func FuzzSymbols(f *testing.F) {
	f.Add("ffff800008000000 T _text\nffff800008010000 t a\t[m]\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := readSymbols(Options{Symbols: strings.NewReader(text)})
		if err == nil && len(list) == 0 {
			t.Error("no symbols and no error")
		}
	})
}
