package runtime

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"axol/jit"
)

// compileGuest compiles C or assembly for the guest, as a static program.
func compileGuest(t *testing.T, source string, flags ...string) string {
	t.Helper()
	const cc = "aarch64-linux-gnu-gcc"
	if _, err := exec.LookPath(cc); err != nil {
		t.Skip("needs " + cc)
	}
	path := filepath.Join(t.TempDir(), "guest")
	args := append([]string{"-O1", "-static", "-o", path, source}, flags...)
	if msg, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	return path
}

var branchEngines = map[string]jit.Config{
	"tiers":   {Strict: true, Slice: 50},
	"regions": {Strict: true, Off: jit.Off{Tiers: true}},
	"plain":   {Strict: true, Off: jit.Off{Regions: true, Links: true, JumpCache: true}},
	"interp":  {Interp: true},
}

// TestBranchTypes holds every kind of branch to every kind of instruction, from and to guarded pages and others,
// against QEMU.
func TestBranchTypes(t *testing.T) {
	tool, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		t.Skip("needs qemu-aarch64-static (qemu-user-static)")
	}
	path := compileGuest(t, "testdata/bti.c")
	b, err := exec.Command(tool, "-cpu", "max", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	// QEMU's si_code of SIGILL is ILL_ILLOPN always; Linux's is ILL_ILLOPC (do_el0_undef, do_el0_bti).
	want := strings.Split(regexp.MustCompile(`\b402(@|\n)`).ReplaceAllString(string(b), "401$1"), "\n")
	if len(want) < 400 {
		t.Fatalf("QEMU: %d lines", len(want))
	}
	for name, engine := range branchEngines {
		t.Run(name, func(t *testing.T) {
			status, out := runProgram(t, Config{Path: path, NewEngine: JIT(engine)}, "")
			got := strings.Split(out, "\n")
			if status != 0 || len(got) != len(want) {
				t.Fatalf("status %d, %d lines, want %d", status, len(got), len(want))
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("%s; want %s", got[i], want[i])
				}
			}
		})
	}
}

// TestGuardedProgram: a program whose note says so has its own code guarded, another has not.
func TestGuardedProgram(t *testing.T) {
	source := filepath.Join(t.TempDir(), "guest.s")
	// Status 1 if the call of what is no landing pad comes through, 2 if the handler is called for it; the handler
	// begins with what CALLEE is.
	text := `
.globl _start
_start:	mov	x0, #4			// SIGILL
	adr	x1, action
	mov	x2, #0
	mov	x3, #8
	mov	x8, #134
	svc	#0
	adr	x9, plain
	blr	x9
	mov	x0, #1
	b	exit
plain:	ret
handler: CALLEE
	mov	x0, #2
exit:	mov	x8, #94
	svc	#0
.balign 8
action:	.quad	handler, 0, 0, 0
.section .note.gnu.property, "a"
.balign 8
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000000, 4, NOTE, 0
`
	for _, c := range []struct {
		note, callee string
		pie          bool
		want         int
	}{
		{"0", "nop", false, 1}, {"2", "nop", false, 1}, {"1", "bti c", false, 2}, {"3", "paciasp", false, 2},
		{"1", "bti j", false, 128 + 4}, {"1", "nop", false, 128 + 4},
		{"1", "bti c", true, 2},
	} {
		s := ".arch armv8.5-a\n" + strings.NewReplacer("NOTE", c.note, "CALLEE", c.callee).Replace(text)
		if c.pie {
			// An absolute address in the code is what the kernel does not relocate.
			s = strings.Replace(strings.Replace(s, ".quad	handler", ".quad	0", 1), "mov	x2, #0\n", "adr x2, handler\n str x2, [x1]\n mov x2, #0\n", 1)
			s = strings.Replace(s, "action:", ".data\naction:", 1)
			s = strings.Replace(s, "adr	x1, action", "adrp x1, action\n add x1, x1, :lo12:action", 1)
		}
		os.WriteFile(source, []byte(s), 0o644)
		flags := []string{"-nostdlib"}
		if c.pie {
			flags = append(flags, "-static-pie")
		}
		path := compileGuest(t, source, flags...)
		for name, engine := range branchEngines {
			if status, _ := runProgram(t, Config{Path: path, NewEngine: JIT(engine)}, ""); status != c.want {
				t.Errorf("%s: note %s, handler begins with %s: status %d, want %d", name, c.note, c.callee, status, c.want)
			}
		}
		if tool, err := exec.LookPath("qemu-aarch64-static"); err == nil {
			cmd := exec.Command(tool, "-cpu", "max", path)
			cmd.Run()
			t.Logf("QEMU: note %s, %s: %v", c.note, c.callee, cmd.ProcessState)
		}
	}
}
