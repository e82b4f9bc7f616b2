package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"axol/bench"
)

func hex(v uint64, digits int) string { return fmt.Sprintf("%0*x", digits, v) }

// busybox is Debian's static busybox for arm64: a program that nobody here wrote.
func busybox(t *testing.T) string {
	t.Helper()
	cache, err := bench.Cache()
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(cache, "busybox-arm64", "bin", "busybox")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs %s: bench/fetch.sh busybox", path)
	}
	return path
}

// shell runs a pipeline in which $BB is busybox under some translator.
func shell(t *testing.T, translator, script string) result {
	t.Helper()
	return run(t, "", "sh", "-c", "BB='"+translator+" "+busybox(t)+"'; "+script)
}

func TestSortPipeline(t *testing.T) {
	const n = 100_000
	var b bytes.Buffer
	for i := n; i > 0; i-- {
		b.WriteString(strconv.Itoa(i) + "\n")
	}
	r := shell(t, axol+" run", fmt.Sprintf("$BB seq 1 %d | $BB sort -rn | $BB sha256sum", n))
	if want := fmt.Sprintf("%x  -\n", sha256.Sum256(b.Bytes())); r.stdout != want || r.stderr != "" {
		t.Errorf("%+v, want %q", r, want)
	}
}

// What one side packs the other unpacks.
func TestGzip(t *testing.T) {
	box := busybox(t)
	plain, err := os.ReadFile(axol)
	if err != nil {
		t.Fatal(err)
	}
	packed := run(t, "", axol, "run", box, "gzip", "-c", axol)
	z, err := gzip.NewReader(strings.NewReader(packed.stdout))
	if err != nil {
		t.Fatalf("%v: %s", err, packed.stderr)
	}
	var got bytes.Buffer
	if _, err := got.ReadFrom(z); err != nil || !bytes.Equal(got.Bytes(), plain) {
		t.Errorf("gzip: %d bytes of %d, %v", got.Len(), len(plain), err)
	}
	if r := run(t, packed.stdout, axol, "run", box, "gzip", "-dc"); r.stdout != string(plain) {
		t.Errorf("gzip -dc: %d bytes of %d: %s", len(r.stdout), len(plain), r.stderr)
	}
}

// Applets do the same as under qemu-aarch64.
func TestApplets(t *testing.T) {
	qemu, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		t.Skip("needs qemu-aarch64-static (qemu-user-static)")
	}
	tree, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TREE", tree)
	for _, script := range []string{
		`$BB seq 1 3000 | $BB awk '{ s += $1 * 1.5; a[$1 % 7]++ } END { printf "%.3f %d %s\n", s, length(a), substr("abcdef", 2, 3) }'`,
		`$BB seq 1 2000 | $BB sed -n -e 's/\([0-9]\)\1/<&>/gp' -e '$='`,
		`$BB md5sum $TREE/README.md $TREE/go.sum`,
		`$BB sha1sum $TREE/go.sum; $BB sha512sum $TREE/go.sum; $BB sha3sum $TREE/go.sum; $BB cksum $TREE/go.sum`,
		`echo 'scale=60; 4*a(1); 2^300; sqrt(2)' | $BB bc -l`,
		`$BB dc -e '20k 2 v p'`,
		`$BB od -A x -t x1 -v $TREE/go.sum | $BB tail -n 20`,
		`$BB dd if=$TREE/go.sum bs=100 skip=3 count=7 2>/dev/null | $BB hexdump -C`,
		`$BB find $TREE/jit -name '*.go' -size +8k | $BB sort`,
		`$BB find $TREE/runtime -type d | $BB sort | $BB xargs -n 1 2>&1 | $BB wc`,
		`$BB ls -l $TREE`,
		`$BB tar -c -C $TREE/bench . | $BB tar -t | $BB sort`,
		`$BB bzip2 -c $TREE/go.sum | $BB bunzip2 -c | $BB cmp - $TREE/go.sum`,
		`$BB base64 $TREE/go.sum | $BB base64 -d | $BB tr a-z A-Z | $BB uniq -c | $BB head -n 5`,
		`$BB grep -rc func $TREE/probes | $BB sort -t : -k 2 -n | $BB tail -n 3`,
		`$BB diff -u $TREE/go.mod $TREE/go.sum | $BB tail -n +3 | $BB md5sum`,
		`$BB sh -c 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; echo $i; exit 7'`,
		`$BB sh -c 'kill -9 $$'; echo $?`,
		`$BB false; echo $?`,
		`$BB cat /nonexistent; echo $?`,
		`$BB date -u -d @1700000000; $BB cal 2 2024; $BB factor 1234567890123; $BB expr 6 '*' 7`,
		`$BB sleep 0.01; $BB uname -m`,
	} {
		t.Run(script, func(t *testing.T) {
			got, want := shell(t, axol+" run", script), shell(t, qemu, script)
			if got.status != want.status || got.stdout != want.stdout || want.stdout == "" && !strings.Contains(script, "cmp") {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

func TestXz(t *testing.T) {
	xz, err := exec.LookPath("xz")
	if err != nil {
		t.Skip("needs xz (xz-utils)")
	}
	plain, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	packed := run(t, string(plain), xz, "-c")
	if r := run(t, packed.stdout, axol, "run", busybox(t), "xz", "-dc"); r.status != 0 || r.stdout != string(plain) {
		t.Errorf("status %d, %d bytes of %d: %s", r.status, len(r.stdout), len(plain), r.stderr)
	}
}
