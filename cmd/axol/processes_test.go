package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Guests that fork, execute programs, and wait. qemu-aarch64 cannot run their children, so what is expected
// is what the same programs do on Linux itself.

func TestProgramProcesses(t *testing.T) {
	want, err := os.ReadFile("testdata/programs/check_processes.out")
	if err != nil {
		t.Fatal(err)
	}
	translator := axol + " run --root " + sysroot(t)
	for _, c := range []struct {
		name, script, want string
		status             int
	}{
		{"python", `p python3.11 $DATA/check_processes.py`, string(want), 12},
		{"shell", `p sh -c 'for i in 1 2 3; do echo $i; done | sort -r | (cat; echo end); x=$(uname -m); echo $x; sleep 0.01 & wait $!; echo $?
			trap "echo trapped" USR1; kill -USR1 $$; echo "a b" | tr " " "\n" > out; cat < out; exec 3< out; cat <&3 | wc -l; (exit 3); echo $?
			sh -c "kill -TERM \$\$"; echo $?; nosuch 2> /dev/null; echo $?; cd /usr; pwd; exec sh -c "exit 7"'`,
			"3\n2\n1\nend\naarch64\n0\ntrapped\na\nb\n2\n3\n143\n127\n/usr\n", 7},
		{"busybox", `$TRANSLATOR "$ROOT/../busybox-arm64/bin/busybox" sh -c 'seq 5 | while read x; do echo $((x * x)); done | tail -n 2; echo x | grep -q x && echo found; echo $(echo nested $(echo deeper))'`,
			"16\n25\nfound\nnested deeper\n", 0},
		{"perl", `p perl -e '$| = 1; pipe R, W; if (!(my $p = fork)) { close R; print W "from the child ", getppid() == $ARGV[0] || 1, "\n"; exit 5 } else { close W; print <R>; waitpid $p, 0; print $? >> 8, "\n" }
			print "out: ", qx(echo quoted; exit 3), $? >> 8, "\n"; open my $f, "|-", "sort -n" or die; print $f "$_\n" for 3, 1, 2; close $f; print system("kill -15 \$\$"), "\n"; exec "echo", "replaced"'`,
			"from the child 1\n5\nout: quoted\n3\n1\n2\n3\n15\nreplaced\n", 0},
		{"environment", `GODEBUG=schedtrace=1 GOMAXPROCS=1 p env -i A=1 GOGC=off p=q env | sort; p env -S 'A=b c' printenv A c; p timeout 0.2 sleep 10; echo $?; p nice -n 3 nice; p nohup true; p stdbuf -oL true 2>&1`,
			"A=1\nGOGC=off\np=q\n124\n3\n", 0},
		{"lua", `p lua5.4 -e 'print(os.execute("exit 3")) print(io.popen("echo from a pipe"):read("a")) print(os.execute("kill -9 $$"))'; p xargs 2>&1 | wc -l; printf 'b\na\n' > l; p sort --compress-program=gzip -S 1k text | p sha256sum > s1; p sort text | p sha256sum | cmp - s1; p split -n 2 --filter='wc -c' text`,
			"nil\texit\t3\nfrom a pipe\n\nnil\tsignal\t9\n1\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := programScript(t, translator, c.script)
			if r.status != c.status || !strings.HasPrefix(r.stdout, c.want) || strings.Contains(r.stderr, "axol:") {
				t.Errorf("status %d, want %d\n%s\n%s", r.status, c.status, firstDifference(r.stdout, c.want), r.stderr)
			}
		})
	}
}

// A program for another machine, and one whose dynamic linker is not there, are refused with the reason.
func TestExecuteErrors(t *testing.T) {
	box := busybox(t)
	for _, c := range []struct{ script, want string }{
		{axol, "not for arm64"},
		{"/nonexistent", ""},
	} {
		r := run(t, "", axol, "run", box, "sh", "-c", c.script+" run; echo $?")
		if !strings.Contains(r.stderr, c.want) || r.stdout == "0\n" || r.stdout == "" {
			t.Errorf("%s: %+v", c.script, r)
		}
	}
}

// Programs that cannot be loaded are named, with what is missing and what to do.
func TestDynamicErrors(t *testing.T) {
	lua := filepath.Join(sysroot(t), "usr", "bin", "lua5.4")
	empty := t.TempDir()
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{lua}, []string{lua, "/lib/ld-linux-aarch64.so.1", "--root DIR"}},
		{[]string{"--root", empty, lua}, []string{lua, "/lib/ld-linux-aarch64.so.1", "root " + empty}},
		{[]string{"--root", "/nonexistent", lua}, []string{"root", "/nonexistent"}},
		{[]string{"--root", lua, lua}, []string{lua + " is not a folder"}},
		{[]string{"--handover", "77", lua}, []string{"handover"}},
	} {
		r := run(t, "", append([]string{axol, "run"}, c.args...)...)
		if r.status != usageStatus || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%q: %+v", c.args, r)
		}
		for _, want := range c.want {
			if !strings.Contains(r.stderr, want) {
				t.Errorf("%q: %q does not say %q", c.args, r.stderr, want)
			}
		}
	}
}

// A guest handles what other processes send it: here real-time signals and those that stop a process.
func TestProgramSignals(t *testing.T) {
	r := programScript(t, axol+" run --root "+sysroot(t), `cat > s.py <<'E'
import os, signal, sys, time
got = []
for s in (signal.SIGTSTP, signal.SIGRTMIN + 3, signal.SIGABRT, signal.SIGXCPU):
    signal.signal(s, lambda n, f: got.append(n))
parent = os.getpid()
if os.fork() == 0:
    for s in (signal.SIGTSTP, signal.SIGRTMIN + 3, signal.SIGABRT, signal.SIGXCPU):
        os.kill(parent, s)
    os._exit(0)
os.wait()
while len(got) < 4:
    time.sleep(0.01)
print(sorted(got))
signal.signal(signal.SIGTSTP, signal.SIG_DFL)
pid = os.fork()
if pid == 0:
    os.kill(os.getpid(), signal.SIGTSTP)
    os._exit(9)
status = os.waitpid(pid, os.WUNTRACED)[1]
print(os.WIFSTOPPED(status))
os.kill(pid, signal.SIGCONT)
print(os.waitpid(pid, 0)[1] >> 8)
def sleeper():
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    os.kill(pid, signal.SIGRTMIN + 5) # it may just be starting
    return pid
print([os.WTERMSIG(os.waitpid(pid, 0)[1]) - signal.SIGRTMIN for pid in [sleeper() for i in range(6)]])
E
p python3.11 s.py`)
	if want := "[6, 20, 24, 37]\nTrue\n9\n[5, 5, 5, 5, 5, 5]\n"; r.stdout != want || r.status != 0 || strings.Contains(r.stderr, "axol:") {
		t.Errorf("%+v, want %q", r, want)
	}
}

// TestGuardedProgram: the dynamic linker guards a program that asks for it, and Linux says ILL_ILLOPC where a branch
// leads to what is no landing pad (qemu-aarch64 7.2 says ILL_ILLOPN).
func TestGuardedProgram(t *testing.T) {
	const cc = "aarch64-linux-gnu-gcc"
	if _, err := exec.LookPath(cc); err != nil {
		t.Skip("needs " + cc)
	}
	program := filepath.Join(t.TempDir(), "guarded")
	if out, err := exec.Command(cc, "-O2", "-march=armv8.5-a", "-mbranch-protection=standard", "-nostartfiles", "-pie",
		"-Wl,-z,force-bti", "-o", program, "testdata/programs/guarded.c").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	root := sysroot(t)
	for _, engine := range []string{"jit", "interp"} {
		r := run(t, "", axol, "run", "--engine", engine, "--root", root, program)
		if want := "sorted\nsignal 4, code 1\n"; r.stdout != want || r.status != 3 {
			t.Errorf("%s: %+v, want %q and status 3", engine, r, want)
		}
	}
}
