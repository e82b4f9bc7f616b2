package probes

import (
	"encoding/binary"
	"testing"
)

// testMemory is bytes at an address; nothing else can be read.
func testMemory(base uint64, b []byte) Memory {
	return func(addr uint64, size int) (uint64, bool) {
		off := addr - base
		if addr < base || off+uint64(size) > uint64(len(b)) || off+uint64(size) < off {
			return 0, false
		}
		var v [8]byte
		copy(v[:], b[off:off+uint64(size)])
		return binary.LittleEndian.Uint64(v[:]), true
	}
}

func testContext() *FetchContext {
	kernel := make([]byte, 0x100)
	put := func(off int, v uint64) { binary.LittleEndian.PutUint64(kernel[off:], v) }
	put(0x00, 0x1122334455667788)
	put(0x08, 0x1040) // points at "hello"
	put(0x10, 0x1048) // points at "bye"
	put(0x18, 0x9999) // points nowhere
	put(0x20, 0x1000)
	put(0x28, 0xfffffffffffffffe)
	copy(kernel[0x40:], "hello\x00")
	copy(kernel[0x48:], "b\x1bye\x00")
	copy(kernel[0xf0:], "no end before it") // to the very end of memory
	user := make([]byte, 0x40)
	copy(user[0x10:], "user\x00")
	binary.LittleEndian.PutUint64(user[0x20:], 0x77)
	regs := &Regs{SP: 0x1000, PC: 0xffff800008010004, PState: 0x600003c5}
	for i := range regs.X {
		regs.X[i] = 0x1000 + uint64(i)
	}
	regs.X[4] = 0xfffffffffffffff0
	return &FetchContext{
		Regs: regs, Memory: testMemory(0x1000, kernel), User: testMemory(0x5000, user),
		Comm: "bash", FileBase: 0x800,
		Symbolize: func(a uint64) string {
			if a == 0xffff800008010004 {
				return "vfs_read+0x4/0x100"
			}
			return ""
		},
	}
}

func TestFetch(t *testing.T) {
	c := testContext()
	symbols := func(name string) (uint64, bool) { return 0x1010, name == "table" }
	for _, v := range []struct{ arg, want string }{
		{"%x0", "0x1000"}, {"%x30", "0x101e"}, {"%lr", "0x101e"}, {"%sp", "0x1000"}, {"%pc", "0xffff800008010004"}, {"%pstate", "0x600003c5"},
		{"%x4", "0xfffffffffffffff0"}, {"%x4:s8", "-16"}, {"%x4:u8", "240"}, {"%x4:x16", "0xfff0"}, {"%x4:s64", "-16"}, {"%x4:u64", "18446744073709551600"},
		{"%x4:s16", "-16"}, {"%x4:s32", "-16"}, {"%x4:u32", "4294967280"}, {"%x4:b4@4/8", "15"}, {"%x4:b8@0/16", "240"}, {"%x4:b64@0/64", "18446744073709551600"},
		{"$stack", "0x1000"}, {"$stack0", "0x1122334455667788"}, {"$stack1", "0x1040"}, {"$stack2000", "0x0"},
		{"$arg1", "0x1000"}, {"$arg8", "0x1007"}, {"$arg9", "0x0"},
		{"$comm", `"bash"`}, {"$comm:string", `"bash"`}, {`\"text"`, `"text"`}, {`\5`, "0x5"}, {`\-5:s32`, "-5"}, {`\+0x10`, "0x10"},
		{"@0x1000", "0x1122334455667788"}, {"@0x1000:u8", "136"}, {"@table", "0x1048"}, {"@table+8", "0x9999"}, {"@table-0x10:x32", "0x55667788"},
		{"+8(%sp)", "0x1040"}, {"+0(+8(%sp)):string", `"hello"`}, {"+0(+0x10(%sp)):string", `"b\x1bye"`}, {"+0(+0x18(%sp)):string", "(fault)"},
		{"-8(+0x20(%x0))", "0x0"}, {"+8(+0x20(%x0))", "0x1040"}, {"-0x10(%x16)", "0x1122334455667788"},
		{"+0x28(%sp):s8", "-2"}, {"+0(%sp):x8[4]", "{0x88,0x77,0x66,0x55}"}, {"+0(%sp):b4@4/8[2]", "{8,7}"}, {"@0x1040:char[3]", "{'h','e','l'}"},
		{"@0x1008:string[3]", `{"hello","b\x1bye",(fault)}`}, {"@0x1040:string", `"hello"`}, {`\0x1040:string`, `"hello"`},
		{"+0xf0(%sp):string", "(fault)"}, {"+0xfc(%sp):x8", "0x65"}, {"+0xfc(%sp)", "0x0"}, {"+0(+0(%sp))", "0x0"},
		{"%pc:symbol", "vfs_read+0x4/0x100"}, {"%pc:symstr", `"vfs_read+0x4/0x100"`}, {"%x0:symbol", "0x1000"},
		{"+u0x20(@0x1020)", "0x0"}, {"@0x5010:ustring", `"user"`}, {`+u0x10(\0x5000):string`, `"user"`}, {`+u0x20(\0x5000)`, "0x77"}, {`+0x20(\0x5000)`, "0x0"},
	} {
		d, err := Parse("p f v=" + v.arg)
		if err != nil {
			t.Errorf("%s: %v", v.arg, err)
			continue
		}
		if err := d.Resolve(symbols); err != nil {
			t.Errorf("%s: %v", v.arg, err)
		}
		if got := string(d.AppendArgs(nil, c)); got != " v="+v.want {
			t.Errorf("%s: got%s, want %s", v.arg, got, v.want)
		}
	}
	d, err := Parse("r /bin/sh:0 a=$retval b=@+0x800:x32 c=%x1")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(d.AppendArgs(nil, c)); got != " a=0x1000 b=0x55667788 c=0x1001" {
		t.Errorf("uprobe: %s", got)
	}
	d, _ = Parse("p f @missing")
	if err := d.Resolve(symbols); err == nil {
		t.Error("an unknown symbol was resolved")
	}
}

// TestFetchLongString: a string ends after a page, whatever the guest says.
func TestFetchLongString(t *testing.T) {
	d, err := Parse("p f @0:string")
	if err != nil {
		t.Fatal(err)
	}
	c := &FetchContext{Regs: &Regs{}, Memory: func(uint64, int) (uint64, bool) { return 0x7878787878787878, true }}
	s, ok := d.Args[0].AppendString(nil, c, 0)
	if !ok || len(s) != 4095 {
		t.Errorf("%d bytes, %v", len(s), ok)
	}
}

func TestFetchDoesNotAllocate(t *testing.T) {
	c := testContext()
	d, err := Parse("p f a=%x0 b=+8(%sp) c=+0(+8(%sp)):string d=@0x1000:x8[4]")
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() {
		for i := range d.Args {
			d.Args[i].Uint(c, 0)
		}
		d.Args[2].AppendString(buf, c, 0)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
