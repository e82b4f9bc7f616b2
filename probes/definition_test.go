package probes

import (
	"errors"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// TestParse: definitions and the line that the kernel's files list for them.
func TestParse(t *testing.T) {
	for _, c := range []struct{ text, list string }{
		{"p vfs_read", "p:kprobes/p_vfs_read_0 vfs_read"},
		{"p:myprobe do_sys_open dfd=%x0 filename=%x1 flags=%x2 mode=+4($stack)", "p:kprobes/myprobe do_sys_open dfd=%x0 filename=%x1 flags=%x2 mode=+4($stack)"},
		{"r:ret/myret do_sys_open $retval", "r:ret/myret do_sys_open arg1=$retval"},
		{"r10 vfs_read", "r10:kprobes/r_vfs_read_0 vfs_read"},
		{"r0x10:a vfs_read", "r16:kprobes/a vfs_read"},
		{"p vfs_read+0x10", "p:kprobes/p_vfs_read_16 vfs_read+16"},
		{"p vfs_read+010", "p:kprobes/p_vfs_read_8 vfs_read+8"},
		{"p:foo.bar vfs_read", "p:foo/bar vfs_read"},
		{"p:foo/ vfs_read", "p:foo/p_vfs_read_0 vfs_read"},
		{"p ext4:ext4_read", "p:kprobes/p_ext4_ext4_read_0 ext4:ext4_read"},
		{"p foo.isra.0+4", "p:kprobes/p_foo_isra_0_4 foo.isra.0+4"},
		{"p 0xffff800008010000", "p:kprobes/p_0xffff800008010000 0xffff800008010000"},
		{"r 4096", "r:kprobes/r_0x1000 0x1000"},
		{"p vfs_read%return $retval:s32", "r:kprobes/r_vfs_read_0 vfs_read arg1=$retval:s32"},
		{"p vfs_read+0%return", "r:kprobes/r_vfs_read_0 vfs_read"},
		{"  p\tvfs_read \n", "p:kprobes/p_vfs_read_0 vfs_read"},
		{"p " + strings.Repeat("s", 100), "p:kprobes/p_" + strings.Repeat("s", 61) + " " + strings.Repeat("s", 100)},
		{"p vfs_read a=$arg1 b=$arg8:u8 c=$stack3 d=$comm e=$stack", "p:kprobes/p_vfs_read_0 vfs_read a=$arg1 b=$arg8:u8 c=$stack3 d=$comm e=$stack"},
		{`p vfs_read \-5:s8 \0x10 \"hello" @0x1000:string @jiffies+8`, `p:kprobes/p_vfs_read_0 vfs_read arg1=\-5:s8 arg2=\0x10 arg3=\"hello" arg4=@0x1000:string arg5=@jiffies+8`},
		{"p f +8(%sp):x8[4] +u0(+0(%x1)):string -0x10(%lr):b4@2/8 %pstate %pc:symbol", "p:kprobes/p_f_0 f arg1=+8(%sp):x8[4] arg2=+u0(+0(%x1)):string arg3=-0x10(%lr):b4@2/8 arg4=%pstate arg5=%pc:symbol"},
		{"p /bin/bash:0x4245c0 %x0", "p:uprobes/p_bash_0x4245c0 /bin/bash:0x00000000004245c0 arg1=%x0"},
		{"r:/bin/bash", ""},
		{"p:up/ev /lib/libc-2.31.so:4096(0x20)", "p:up/ev /lib/libc-2.31.so:0x0000000000001000(0x20)"},
		{"p /lib/libc-2.31.so:4096(0x20)%return", "r:uprobes/p_libc_0x1000 /lib/libc-2.31.so:0x0000000000001000(0x20)"},
		{"p /lib/libc-2.31.so:4096%return(0x20)", "r:uprobes/p_libc_0x1000 /lib/libc-2.31.so:0x0000000000001000(0x20)"},
		{"r ./a:b:16 $retval @+0x10:u32", "r:uprobes/p_a:b_0x10 ./a:b:0x0000000000000010 arg1=$retval arg2=@+0x10:u32"},
		{"p f " + strings.Repeat("+0(", 13) + "@0" + strings.Repeat(")", 13), "p:kprobes/p_f_0 f arg1=" + strings.Repeat("+0(", 13) + "@0" + strings.Repeat(")", 13)},
		{"-:kprobes/foo", "-:kprobes/foo"},
		{"-:foo", "-:foo"},
		{"-:grp/", "-:grp/"},
	} {
		d, err := Parse(c.text)
		if c.list == "" {
			if err == nil {
				t.Errorf("%q was accepted", c.text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		want := strings.Replace(c.list, "p_a:b_", "p_a_b_", 1)
		if got := d.String(); got != want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, want)
		}
		again, err := Parse(d.String())
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%q does not read back: %v\n%+v\n%+v", d, err, d, again)
		}
	}
}

// TestParseErrors: a ^ marks where the mistake is, as in the kernel's own
// tests of its parser.
func TestParseErrors(t *testing.T) {
	long := strings.Repeat("1234567890", 6)
	for _, c := range []struct {
		text string
		code ErrorCode
	}{
		{"^", ErrEmpty},
		{"^x vfs_read", ErrBadOperation},
		{"^-foo", ErrBadOperation},
		{"p^foo vfs_read", ErrBadOperation},
		{"p^", ErrNoTarget},
		{"p:foo^", ErrNoTarget},
		{"-:foo ^vfs_read", ErrDeleteWords},
		{"p^100 vfs_read", ErrMaxActiveOnProbe},
		{"r^1a111 vfs_read", ErrBadMaxActive},
		{"r^10fuzz vfs_read", ErrBadMaxActive},
		{"r^0 vfs_read", ErrBadMaxActive},
		{"r^100000 vfs_read", ErrMaxActiveTooBig},
		{"r^99999999999999999999 vfs_read", ErrBadMaxActive},
		{"p ^hoge-fuga", ErrBadProbeAddr},
		{"p ^hoge+1000-1000", ErrBadProbeAddr},
		{"p ^vfs_read-4", ErrBadProbeAddr},
		{"p ^vfs_read+0x100000000", ErrBadProbeAddr},
		{"p ^+x", ErrBadProbeAddr},
		{"p ^:f", ErrBadProbeAddr},
		{"p ^m:", ErrBadProbeAddr},
		{"p vfs_read^%foo", ErrBadAddrSuffix},
		{"r ^vfs_read+10", ErrBadRetprobe},
		{"p ^vfs_read+10%return", ErrBadRetprobe},
		{"p:^/bar vfs_read", ErrNoGroupName},
		{"p:^" + long + "12345/bar vfs_read", ErrGroupTooLong},
		{"p:^foo.1/bar vfs_read", ErrBadGroupName},
		{"p:^ vfs_read", ErrNoEventName},
		{"p:foo/^" + long + "12345 vfs_read", ErrEventTooLong},
		{"p:foo/^bar.1 vfs_read", ErrBadEventName},
		{"p:^1foo vfs_read", ErrBadEventName},
		{"-:^ ", ErrNoEventName},
		{"-:^1", ErrBadEventName},
		{"p vfs_read ^$retval", ErrRetvalOnProbe},
		{"p vfs_read ^$stack10000", ErrBadStackNumber},
		{"p vfs_read ^$stack1x", ErrBadVariable},
		{"p vfs_read ^$stackx", ErrBadVariable},
		{"p vfs_read ^$arg10000", ErrBadArgNumber},
		{"p vfs_read ^$arg0", ErrBadArgNumber},
		{"p vfs_read+4 ^$arg1", ErrArgNotAtEntry},
		{"r vfs_read ^$arg1", ErrArgNotAtEntry},
		{"p /bin/sh:0 ^$arg1", ErrArgNotAtEntry},
		{"p vfs_read ^$none_var", ErrBadVariable},
		{"p vfs_read ^$", ErrBadVariable},
		{"p vfs_read ^%none_reg", ErrBadRegister},
		{"p vfs_read ^%x31", ErrBadRegister},
		{"p vfs_read ^%x01", ErrBadRegister},
		{"p vfs_read ^%x", ErrBadRegister},
		{"p vfs_read ^%w0", ErrBadRegister},
		{"p vfs_read ^@12345678abcde", ErrBadMemAddr},
		{"p vfs_read ^@", ErrBadMemAddr},
		{"p vfs_read ^@sym+x", ErrBadMemAddr},
		{"p vfs_read ^@+10", ErrFileOnKprobe},
		{"p /bin/sh:0 ^@+x", ErrBadFileOffset},
		{"p /bin/sh:0 ^@sym", ErrSymbolOnUprobe},
		{`p vfs_read arg1=\^x`, ErrBadImmediate},
		{`p vfs_read arg1=\^`, ErrBadImmediate},
		{`p vfs_read arg1=\"abcd^`, ErrStringOpen},
		{"p vfs_read ^+0@0)", ErrDerefNeedsBrace},
		{"p vfs_read ^+0ab1(@0)", ErrBadDerefOffset},
		{"p vfs_read ^+(@0)", ErrBadDerefOffset},
		{"p vfs_read +0(+0(@0^)", ErrDerefOpen},
		{"p vfs_read +0(@0)^x", ErrDerefSuffix},
		{"p vfs_read +0(^$comm)", ErrStringDeref},
		{`p vfs_read +0(^\"a")`, ErrStringDeref},
		{"p vfs_read ^&1", ErrBadFetch},
		{"p vfs_read +0(^)", ErrBadFetch},
		{"p vfs_read ^:u8", ErrBadFetch},
		{"p vfs_read +0(^+0(+0(+0(+0(+0(+0(+0(+0(+0(+0(+0(+0(+0(@0))))))))))))))", ErrTooManyOps},
		{"p vfs_read " + "^" + strings.Repeat("+0(", 13) + "@0" + strings.Repeat(")", 13) + ":u8[2]", ErrTooManyOps},
		{"p vfs_read +0(^" + strings.Repeat("+0(", 12) + "@s" + strings.Repeat(")", 13), ErrTooManyOps},
		{"p vfs_read +0(@11):u8[10^", ErrArrayOpen},
		{"p vfs_read +0(@11):u8[10]^a", ErrArraySuffix},
		{"p vfs_read +0(@11):u8[^10a]", ErrBadArraySize},
		{"p vfs_read +0(@11):u8[^0]", ErrBadArraySize},
		{"p vfs_read +0(@11):u8[^256]", ErrArrayTooBig},
		{"p vfs_read @11:^unknown_type", ErrBadType},
		{"p vfs_read @11:^", ErrBadType},
		{"p vfs_read @11:^b1@0/24", ErrBadType},
		{"p vfs_read @11:^b", ErrBadType},
		{"p vfs_read $stack0:^string", ErrNotMemory},
		{"p vfs_read %x0:^u8[3]", ErrNotMemory},
		{"p vfs_read @11:^b10@a/16", ErrBadBitfield},
		{"p vfs_read @11:^b10@7/16", ErrBadBitfield},
		{"p vfs_read @11:^b0@1/16", ErrBadBitfield},
		{"p vfs_read @11:^b1/16", ErrBadBitfield},
		{"p vfs_read @11:^b1@0xffffffffffffffff/16", ErrBadBitfield},
		{"p vfs_read $comm:^u8", ErrNeedString},
		{`p vfs_read \"a":^string[2]`, ErrNeedString},
		{"p vfs_read ^arg123456789012345678901234567890=@11", ErrArgNameTooLong},
		{"p vfs_read ^=@11", ErrNoArgName},
		{"p vfs_read ^var.1=@11", ErrBadArgName},
		{"p vfs_read var1=@11 ^var1=@12", ErrUsedArgName},
		{"p vfs_read ^common_pid=@11", ErrUsedArgName},
		{"p vfs_read %x0 ^arg1=%x1", ErrUsedArgName},
		{"p vfs_read ^+1234567(+1234567(+1234567(+1234567(+1234567(+1234567(@1234))))))", ErrArgTooLong},
		{"p vfs_read arg1=^", ErrNoArgBody},
		{"p vfs_read" + strings.Repeat(" %x0", 128) + " ^%x0", ErrTooManyArgs},
		{"p /bin/sh:^0x", ErrBadUprobeOffset},
		{"p /bin/sh:0^%foo", ErrBadAddrSuffix},
		{"p /bin/sh:0(1^", ErrRefCounterOpen},
		{"p /bin/sh:0(1)^2", ErrRefCounterSuffix},
		{"p /bin/sh:0(^x)", ErrBadRefCounter},
		{"p ^/bin/sh:x", ErrNotAUprobe},
		{"r^3 /bin/sh:0", ErrBadOperation},
	} {
		text := strings.Replace(c.text, "^", "", 1)
		_, err := Parse(text)
		var e *DefinitionError
		if !errors.As(err, &e) {
			t.Errorf("%s: no error", c.text)
			continue
		}
		want := strings.Index(strings.TrimRight(c.text, " "), "^")
		if e.Code != c.code || e.Pos != want {
			t.Errorf("%s: want %q at %d, got\n%v", c.text, c.code, want, err)
		}
	}
}

func TestParseKind(t *testing.T) {
	for _, c := range []struct {
		text string
		kind Kind
		code ErrorCode
	}{
		{"p /bin/sh:0", KindKprobe, ErrNotAKprobe},
		{"p vfs_read", KindUprobe, ErrNotAUprobe},
		{"p vfs:4", KindUprobe, ErrNotAUprobe},
		{"p " + strings.Repeat("x", 5000), KindKprobe, ErrTooLong},
	} {
		_, err := ParseKind(c.text, c.kind)
		var e *DefinitionError
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%.40s as %s: %v", c.text, c.kind, err)
		}
	}
}

// Every mistake has the error number that the write would have.
func TestDefinitionErrno(t *testing.T) {
	for text, want := range map[string]syscall.Errno{
		"q x": syscall.EINVAL, "p": syscall.EINVAL, "r1000000 x": syscall.EINVAL, "r10fuzz x": syscall.EINVAL, "r x+4": syscall.EINVAL,
		"p x a=%q0": syscall.EINVAL, "p x" + strings.Repeat(" %x0", 129): syscall.E2BIG,
	} {
		if _, err := Parse(text); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", text, err, want)
		}
	}
}

func TestErrorShowsThePlace(t *testing.T) {
	_, err := Parse("p   vfs_read \t %x0 %foo")
	want := "probe definition: unknown register: x0 to x30, lr, sp, pc, pstate\n" +
		"  p vfs_read %x0 %foo\n" +
		"                 ^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	for c := ErrEmpty; c <= ErrNotMemory; c++ {
		if c.String() == "" {
			t.Errorf("error %d has no words", c)
		}
	}
}

func TestParseFile(t *testing.T) {
	all, err := ParseFile("# probes\n\np vfs_read # first\r\n  r:x /bin/sh:4\n")
	if err != nil || len(all) != 2 || all[0].Symbol != "vfs_read" || all[1].Path != "/bin/sh" || !all[1].Return {
		t.Fatalf("%v %v", all, err)
	}
	if all, err := ParseFile("p a\np b %q\np c"); err == nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"p:a/b vfs_read+4 x=+u8(-4(@sym+2)):b3@4/32[7] $comm", `r9 m:f $retval:string \"x y" \-1`,
		"p /a:b/c:0x10%return(8) @+4:ustring[2] $stack7", "-:a/b", "p 0x1 %lr:symstr %pc:char"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			var e *DefinitionError
			if !errors.As(err, &e) || e.Pos < 0 || e.Pos > len(e.Text) {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		again, err := Parse(d.String())
		if err != nil || !reflect.DeepEqual(d, again) {
			t.Fatalf("%q lists as %q, which does not read back: %v\n%+v\n%+v", text, d, err, d, again)
		}
		c := FetchContext{Regs: &Regs{}, Memory: func(addr uint64, size int) (uint64, bool) { return addr, addr&0x100 == 0 }}
		d.AppendArgs(nil, &c)
	})
}
