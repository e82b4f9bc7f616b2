package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"axol/bench"
)

// Programs of Debian's arm64 packages do the same under Axol as under qemu-aarch64. With
// AXOL_PROGRAMS=all, as 'make programs' sets it, the long runs are made, too.

func allPrograms() bool { return os.Getenv("AXOL_PROGRAMS") == "all" }

// sysroot is the folder of arm64 programs and their libraries.
func sysroot(t *testing.T) string {
	t.Helper()
	cache, err := bench.Cache()
	if err != nil {
		t.Skip(err)
	}
	root := filepath.Join(cache, "sysroot")
	if _, err := os.Stat(filepath.Join(root, "packages")); err != nil {
		t.Skipf("needs %s: bench/fetch.sh programs", root)
	}
	return root
}

// prelude is what scripts start with: 'p NAME ARG...' runs a program of the sysroot under the
// translator at hand.
const prelude = `p() {
	name=$1
	shift
	for folder in usr/bin bin; do
		if [ -e "$ROOT/$folder/$name" ]; then
			$TRANSLATOR "$ROOT/$folder/$name" "$@"
			return
		fi
	done
	echo "no $name in the sysroot"
	return 99
}
`

// programScript runs a script of host commands and programs in a folder of its own, with the environment a
// program needs and no more.
func programScript(t *testing.T, translator, script string) result {
	t.Helper()
	data, err := filepath.Abs("testdata/programs")
	if err != nil {
		t.Fatal(err)
	}
	limit := "120" // seconds
	if allPrograms() {
		limit = "1200"
	}
	home := t.TempDir()
	// The folder has the same name for all translators: programs print it.
	dir := filepath.Join(home, "work")
	for name, text := range programInput() {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("timeout", limit, "env", "-i", "-C", dir, "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "TZ=UTC", "LC_ALL=C.UTF-8",
		"ROOT="+sysroot(t), "DATA="+data, "PYTHONDONTWRITEBYTECODE=1", "TRANSLATOR="+translator,
		"sh", "-c", prelude+script)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// programInput is files that scripts find in their folder: text, numbers, and bytes of all kinds.
func programInput() map[string]string {
	var text, numbers, noise strings.Builder
	x := uint64(88172645463325252)
	next := func() uint64 { // xorshift
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return x
	}
	words := strings.Fields("axol probe the guest host of block Straße région unit lift slot exit a an is not where there kernel")
	for i := range 1500 {
		for range 3 + next()%9 {
			text.WriteString(words[next()%uint64(len(words))] + " ")
		}
		fmt.Fprintf(&text, "%d\n", i)
		fmt.Fprintf(&numbers, "%d\n", int64(next())%100000)
	}
	for range 6000 {
		fmt.Fprintf(&noise, "%c%c", byte(next()), byte(next()))
	}
	return map[string]string{"text": text.String(), "numbers": numbers.String(), "noise": noise.String()}
}

// sameAsQemu runs every script under both translators.
func sameAsQemu(t *testing.T, scripts []string) {
	qemu, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		t.Skip("needs qemu-aarch64-static (qemu-user-static)")
	}
	root := sysroot(t)
	for _, script := range scripts {
		t.Run(scriptName(script), func(t *testing.T) {
			t.Parallel()
			got := programScript(t, axol+" run --root "+root, script)
			want := programScript(t, qemu+" -L "+root, script)
			if got.status != want.status || got.stdout != want.stdout {
				t.Errorf("status %d, want %d\n%s\n%s", got.status, want.status, firstDifference(got.stdout, want.stdout), got.stderr)
			}
			switch {
			case want.stdout == "":
				t.Error("the script prints nothing: nothing is compared")
			case want.status != 0:
				t.Errorf("the script fails: %.1000q", want.stdout)
			case strings.Contains(got.stderr, "axol:"):
				t.Error(got.stderr)
			}
		})
	}
}

// firstDifference is the first lines that differ.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d: %.300q, want %.300q", i+1, g[i:min(i+3, len(g))], w[i:min(i+3, len(w))])
		}
	}
	return "same output"
}

func TestProgramCoreutils(t *testing.T) {
	sameAsQemu(t, []string{
		`p sort text; p sort -n -r numbers; p sort -k 2,2 -k 1,1nr -s text; p sort -u -f text; p sort --parallel=2 -S 20k -h numbers`,
		`p sort -c text; echo $?; p sort -m numbers numbers; p sort -R --random-source=noise numbers; p sort -g numbers; p sort -V text`,
		`p cut -c 1-3 text | p sort | p uniq -c; p uniq -d text; p uniq -u -f 2 text; p uniq --group numbers`,
		`p wc text numbers noise; p wc -L -m text; p wc -l < text`,
		`p cksum text noise; p sum -r text; p sum -s text`,
		`for a in sysv bsd crc md5 sha1 sha224 sha256 sha384 sha512 blake2b sm3; do p cksum -a $a noise; done`,
		`p md5sum noise text; p sha1sum noise; p sha224sum noise; p sha256sum noise; p sha384sum noise; p sha512sum noise; p b2sum noise; p b2sum -l 128 text`,
		`p sha256sum text noise > sums; p sha256sum -c sums; echo x >> text; p sha256sum -c sums 2>&1; echo $?`,
		`p tr a-z A-Z < text; p tr -d '[:space:]' < text | p tail -c 100; p tr -cs a-z '\n' < text; p tr '[:lower:]' '[:upper:]' < numbers`,
		`p cut -d ' ' -f 2-3,5 text; p cut -b 5-20 noise | p md5sum; p cut --complement -d ' ' -f 1 --output-delimiter=, text`,
		`p sort text > a; p sort numbers > b; p head -n 700 a > c; p join -j 1 a c; p join -a 1 -o 0,1.2,2.2 -e EMPTY c b`,
		`p sort text > a; p head -n 800 a | p sort > b; p comm a b; p comm -12 --total a b | p tail -n 1`,
		`p od noise; p od -A d -t f8 -t x2z -v noise; p od -t a -t c -w24 -j 100 -N 500 noise; p od -t d4 -t u1 -t fF noise`,
		`p base64 noise; p base64 noise | p base64 -d | cmp - noise; p base32 noise; p basenc --z85 -w 0 numbers; p basenc --base16 noise; p base64 -d text 2>&1; echo $?`,
		`p factor 1 2 97 360360 1234567890123457 18446744073709551557 1000000016000000063; p seq 1000000000 7 1000000300 | p factor`,
		`p seq 10; p seq 1 0.1 3; p seq -w 8 12; p seq -f %05.2f 1 0.5 4; p seq 5 -2 -5; p seq -s , 100; p seq 1e20 100000000000000000005 | p tail -n 1`,
		`p numfmt --to=iec < numbers; p numfmt --to=si --format=%.3f 123456789; p numfmt --from=iec 12K 3M 1.5G; p numfmt --padding=12 --grouping 1234567; p numfmt x 2>&1; echo $?`,
		`p shuf --random-source=noise -i 1-500; p shuf --random-source=noise -n 20 text; p shuf --random-source=noise -r -n 5 -e a b c`,
		`p split -l 100 text part.; p ls; p cat part.* | cmp - text; p split -n 7 -d noise n.; p wc -c n.*; p split -b 1k --additional-suffix=.bin noise z`,
		`p csplit -f x text /100/ '{5}' 300; p ls x*; p cat x* | cmp - text; p csplit text /nothere/ 2>&1; echo $?`,
		`p touch -d 2024-02-29T12:34:56Z f; p chmod 4751 f; p ln -s f l; p touch -h -d 2024-01-02T03:04:05.678Z l; p mkdir -m 1777 d; p ls -l --full-time f l | p cut -d ' ' -f 1,2,5-; p ls -dl --time-style=+%s d | p cut -c 1-11; p ls -F; p ls -1 -S -r; p ls -R .; p ls -Q --color=always; p ls nothere 2>&1; echo $?`,
		`p touch -d @1700000000.5 f; p stat -c '%n %s %a %A %F %Y %y %h %U' f; p stat -c %F . /dev/null; p stat -L -f -c %T . > /dev/null; echo $?; p stat nothere 2>&1; echo $?`,
		`p du -a --apparent-size -b .; p mkdir -p x/y/z; p cp text x/y; p du -S -b --max-depth=2 | p sort; p du nothere 2>&1; echo $?`,
		`p date -u -d @1700000000; p date -d '2024-01-31 +1 month' +%F; p date -d 'TZ="America/New_York" 2024-07-04 09:00' -R; p date -d '1 Jan 1970 UTC' +%s.%N; p date -d 'next friday 2024-02-28' +%A; p date -d nonsense 2>&1; echo $?`,
		`p env -i A=1 B=2 2>&1; p printenv HOME TZ; p env --version | p head -n 1`,
		`p printf '%5.2f|%-8s|%+d|%x|%o|%e|%c|%b|%q\n' 3.14159 abc 42 255 8 12345.678 z 'a\tb' 'it is'; p printf '%s\n' a b c; p printf %d 12x 2>&1; echo $?; p printf '%.20Lf %a\n' 0.1 0.1`,
		`p tac text; p tac -s ' ' text | p tail -n 3; p nl -b a -w 3 -s : text | p head -n 50; p nl -b p/axol/ text | p tail -n 5; p tac -b -s a numbers | p md5sum`,
		`p fold -w 20 -s text; p expand -t 4 noise | p md5sum; p unexpand -a -t 3 text | p md5sum; p fmt -w 60 text; p pr -2 -l 40 -h title -D date text | p md5sum`,
		`p paste -d ,: text numbers text; p paste -s numbers; p head -c 100 noise | p od -c; p head -n -1490 text; p tail -n +1495 text; p tail -c 30 text; p head -q -n 2 text numbers`,
		`p head -n 60 text | p ptx -w 70; p head -n 40 text | p ptx -G -f -O; printf 'a b\nb c\nd e\nc f\n' | p tsort; printf 'a b\nb a\n' | p tsort 2>&1; echo $?`,
		`p dd if=noise of=o bs=100 skip=2 count=9 seek=1 2>&1 | p head -n 2; p od o; p dd if=text conv=ucase,sync cbs=20 bs=64 count=4 status=none; p dd if=text conv=swab status=none | p md5sum; p truncate -s 100k big; p truncate -s -1 big; p wc -c big`,
		`p mkdir -p a/b/c; p cp text a/b; p cp -a a z; p mv a/b/text a/moved; p ln a/moved hard; p ln -s a/moved soft; p readlink soft; p readlink -f a/../soft | p tail -c 13; p realpath --relative-to=a soft; p rm a/moved; p cat soft 2>&1; p cat hard | p md5sum; p rmdir a/b/c; p rm -rv a | p sort; p rm nothere 2>&1; echo $?; p ls -R z`,
		`p chmod -v u=rw,g-x,o= text; p chmod 000 numbers; p stat -c %a text numbers; p install -m 700 -D text x/y/text; p stat -c %a x/y/text; p test -x x/y/text; echo $?; p [ 3 -gt 2 ]; echo $?; p test a = b; echo $?; p unlink text; p ls; p cp -r x w; p cp text w 2>&1; echo $?`,
		`p basename /a/b/c.txt .txt; p dirname /a/b/c; p pathchk -p 'a?b' 2>&1; echo $?; p expr 7 '*' 6 + 1; p expr match abcdef 'abc\(.*\)'; p expr 1 / 0 2>&1; echo $?; p echo -e 'a\x41\n'; p true; echo $?; p false; echo $?; p yes | p head -n 3; p sleep 0.01; echo $?`,
		`p id -u; p uname -m; p nproc --ignore=100; p tty < /dev/null; echo $?; p pwd | p tail -c 6; p hostid > /dev/null; echo $?; p arch; p logname 2>/dev/null < /dev/null; p tee a b < numbers | p md5sum; p md5sum a b; p sync a; echo $?; p mktemp -u XXXX | p wc -c; p mkfifo ff; p ls -l ff | p cut -c 1; p dircolors -b | p head -n 2; p vdir text | p cut -c 1-10`,
	})
}

func TestProgramCompressors(t *testing.T) {
	sameAsQemu(t, []string{
		`for l in 1 6 9; do p gzip -$l -n -c text | tee z | p md5sum; p gzip -dc z | cmp - text; done; p gzip -l z; p gzip -t z; echo $?; p gzip -t text 2>&1; echo $?`,
		`p gzip -nk text; p gzip -d -c text.gz | p md5sum; p gzip -n noise; p ls; head -c 3000 noise.gz > cut.gz; p gzip -dc cut.gz 2>&1 | p md5sum`,
		`for l in 0 6 9e; do p xz -$l -c text | tee z | p md5sum; p xz -dc z | cmp - text; done; p xz -l z; p xz -t z; echo $?; p xz -t text 2>&1; echo $?`,
		`p xz -T2 --block-size=20k -c text | tee z | p md5sum; p xz -T2 -dc z | cmp - text; p xz -lvv z; p xz --format=lzma -c noise | p md5sum; p xz --arm64 --lzma2 -c noise 2>&1 | p wc -c`,
		`p xz --check=sha256 -c noise | p xz -dc | cmp - noise; p xz --delta=dist=2 --lzma2=preset=3,lc=4,lp=0 -c noise | p md5sum; p xz -c noise | head -c 5000 | p xz -dc 2>&1 | p md5sum`,
		`for l in 1 9; do p bzip2 -$l -c text | tee z | p md5sum; p bzip2 -dc z | cmp - text; done; p bzip2 -t z; echo $?; p bzip2 -t text 2>&1; echo $?; head -c 2000 z > cut; p bzip2 -dc cut 2>/dev/null | p wc -c; p bzip2 -k noise; p ls`,
		`p 7zz a -mx=5 -mtm=off -mmt2 x.7z text numbers noise > /dev/null; echo $?; p 7zz t x.7z | tail -n 8 | head -n 4; p 7zz x -ox x.7z > /dev/null; for f in text numbers noise; do cmp $f x/$f; echo $?; done; p 7zz l -slt x.7z | grep -c Path; p sha256sum x/*`,
		`for m in LZMA LZMA2 PPMd BZip2 Deflate64; do p 7zz a -m0=$m -mmt2 x-$m.zip text noise > /dev/null 2>&1; echo $?; p 7zz a -m0=$m -mmt1 -mtm=off x-$m.7z text noise > /dev/null 2>&1; echo $?; [ -e x-$m.7z ] && p md5sum x-$m.7z; done`,
		`p 7zz a -pSecret -mhe=on s.7z text > /dev/null; p 7zz x -pSecret -so s.7z | p md5sum; p 7zz t -pWrong s.7z > /dev/null 2>&1; echo $?; p 7zz h -scrcSHA256 text | p tail -n 8; p 7zz x text 2>&1 | p tail -n 4; p 7zz t nothere.7z > /dev/null 2>&1; echo $?`,
	})
}

func TestProgramLua(t *testing.T) {
	sameAsQemu(t, []string{
		`p lua5.4 $DATA/language.lua; [ $? = 3 ]`,
		`p lua5.4 $DATA/numbers.lua`,
		`p lua5.4 -e 'error("failed here")' 2>&1; echo $?; p lua5.4 -e 'os.exit(42)'; echo $?; p lua5.4 -e 'local t = nil; print(t.x)' 2>&1; echo $?; p lua5.4 -e 'x =' 2>&1; echo $?; p lua5.4 nothere.lua 2>&1; echo $?; p lua5.4 -v`,
		`p lua5.4 -e 'local function f(n) return f(n + 1) + 1 end; print(pcall(f, 1))'; p lua5.4 -e 'print(pcall(string.rep, "x", 1 << 40))'; p lua5.4 - a b <<'E'
for l in io.lines("text") do n = (n or 0) + #l end print(n, arg[1], arg[2])
E`,
	})
}

func TestProgramSQLite(t *testing.T) {
	sameAsQemu(t, []string{
		`p sqlite3 a.db < $DATA/work.sql || exit; p sqlite3 a.db 'pragma integrity_check; select count(*), sum(n) from t; vacuum;'; p sqlite3 a.db .schema`,
		`p sqlite3 :memory: "select sqlite_version(), 1/3.0, 1e308*10, round(2.5), typeof(1<<62), hex(zeroblob(3)), 0.1+0.2, cast('12abc' as int), printf('%.17g', 1.0/3), sin(1), pow(2, 0.5), strftime('%Y-%W', 1700000000, 'unixepoch');"; p sqlite3 :memory: "select json_extract('{\"a\":[1,2,{\"b\":3}]}', '$.a[2].b'), json_group_array(value) from generate_series(1, 5);"`,
		`p sqlite3 :memory: 'select * from nothere;' 2>&1; echo $?; p sqlite3 :memory: 'create table t(a unique); insert into t values (1); insert into t values (1);' 2>&1; echo $?; p sqlite3 text 'select 1 from sqlite_master;' 2>&1; echo $?; p sqlite3 /nonexistent/x.db 'select 1 from sqlite_master' 2>&1; echo $?; p sqlite3 :memory: 'selec' 2>&1; echo $?`,
	})
}

func TestProgramPython(t *testing.T) {
	scripts := []string{
		`p python3.11 -S -E -c 'print("hello"); raise SystemExit(3)'; echo $?; p python3.11 -c 'import sys; print(sys.argv, sys.byteorder, sys.maxsize, sys.version_info[:2])' a b; p python3.11 -c '1/0' 2>&1; echo $?; p python3.11 -c 'x =' 2>&1; echo $?`,
	}
	for name, status := range map[string]string{"json": "0", "re": "0", "hashlib": "0", "decimal": "0", "threads": "11", "exceptions": "1", "floats": "0", "system": "0"} {
		scripts = append(scripts, `p python3.11 $DATA/check_`+name+`.py 2>&1; [ $? = `+status+` ]`)
	}
	sameAsQemu(t, scripts)
}

func TestProgramPerl(t *testing.T) {
	sameAsQemu(t, []string{
		`p perl $DATA/language.pl; [ $? = 3 ]`,
		`p perl -ne 'tr/a-z//cd; $h{$_}++ for split //; END { print "$_ $h{$_}\n" for sort keys %h }' text; p perl -pe 's/(\w+) (\w+)/$2 $1/g' text | p md5sum; p perl -e 'die "no\n"' 2>&1; echo $?; p perl -e 'exit 7'; echo $?; p perl -e 'my $x = ;' 2>&1; echo $?; p perl -e 'kill 9, $$'; echo $?; p perl -e 'my @a = (1) x 5; print $a[10]{x} // "undef", "\n"; local $SIG{ALRM} = sub { print "alarm\n"; exit 5 }; alarm 1; select undef, undef, undef, 5'; echo $?`,
	})
}

func TestProgramOpenSSL(t *testing.T) {
	sameAsQemu(t, []string{
		`for d in md5 sha1 sha256 sha384 sha512 sha512-256 sha3-256 shake128 blake2s256 sm3 ripemd160; do p openssl dgst -$d noise; done; p openssl dgst -sha256 -hmac key text; p openssl dgst -md4 text 2>&1 | p head -c 20; p openssl mac -cipher AES-128-CBC -macopt hexkey:000102030405060708090a0b0c0d0e0f -in text CMAC`,
		`K=000102030405060708090a0b0c0d0e0f; for c in aes-128-cbc aes-256-ctr aes-192-cfb aes-128-ecb camellia-128-cbc aria-128-ctr sm4-cbc des-ede3-cbc chacha20; do p openssl enc -$c -K $K$K -iv $K -in noise -out e 2>&1; p sha256sum e; p openssl enc -d -$c -K $K$K -iv $K -in e 2>/dev/null | cmp - noise; done; p openssl enc -aes-128-cbc -pbkdf2 -S 0102030405060708 -pass pass:x -in text | p md5sum; p openssl base64 -in noise | p md5sum`,
		`p openssl enc -d -aes-128-cbc -K 00 -iv 00 -in text 2>&1 | p head -c 10; p openssl nosuch 2>&1 | p head -n 1; p openssl prime 18446744073709551557 12345; p openssl prime -generate -bits 128 | p wc -l; p openssl version; p openssl ciphers -v | p md5sum; p openssl asn1parse -genstr UTF8:hello; p openssl rand -hex 8 | p wc -c`,
		`p openssl genrsa -out k 2048 2>/dev/null; echo $?; p openssl rsa -in k -check -noout; p openssl rsa -in k -pubout -out pub 2>/dev/null; p openssl dgst -sha256 -sign k -out s text; p openssl dgst -sha256 -verify pub -signature s text; p openssl dgst -sha256 -verify pub -signature s noise; echo $?; p openssl pkeyutl -encrypt -pubin -inkey pub -in sums -out e 2>/dev/null; echo abc > m; p openssl pkeyutl -encrypt -pubin -inkey pub -in m -out e; p openssl pkeyutl -decrypt -inkey k -in e; p openssl rsautl -sign -inkey k -in m -out g 2>/dev/null; p openssl rsautl -verify -pubin -inkey pub -in g 2>/dev/null`,
		`for c in prime256v1 secp384r1 brainpoolP256r1; do p openssl ecparam -name $c -genkey -noout -out k; p openssl ec -in k -pubout -out pub 2>/dev/null; p openssl dgst -sha256 -sign k -out s text; p openssl dgst -sha256 -verify pub -signature s text; done; for a in ED25519 X25519 ED448; do p openssl genpkey -algorithm $a -out k; echo $?; p openssl pkey -in k -noout -text | p head -n 1; done; p openssl genpkey -algorithm ED25519 -out k; p openssl pkeyutl -sign -inkey k -rawin -in text -out s; p openssl pkeyutl -verify -inkey k -rawin -in text -sigfile s`,
		`p openssl req -x509 -newkey rsa:1024 -nodes -keyout k -out c -subj /CN=axol -days 1 -config /dev/null 2>/dev/null; echo $?; p openssl x509 -in c -noout -subject; p openssl verify -CAfile c c 2>&1 | p tail -n 1; p openssl dhparam -check -in c 2>&1 | p head -c 10`,
	})
}

// What measures itself must come to its end, and fill its table.
func TestProgramSelfTimed(t *testing.T) {
	root := sysroot(t)
	for _, c := range []struct {
		script string
		all    bool
		want   []string
	}{
		{script: `p openssl speed -seconds 1 -bytes 1024 -evp aes-128-gcm 2>&1`, want: []string{"AES-128-GCM", "1024 bytes"}},
		{script: `p openssl speed -seconds 1 rsa2048 2>&1`, want: []string{"rsa 2048 bits"}},
		{script: `p 7zz b 1 -mtime=0 -md18 -mmt2`, want: []string{"Avr:", "Tot:"}},
		{script: `p openssl speed -seconds 1 -multi 2 -bytes 64 sha256 2>&1`, all: true, want: []string{"sha256"}},
		{script: `p openssl speed -seconds 1 2>&1`, all: true, want: []string{"sha256", "aes-256-cbc", "rsa 4096 bits", "ecdsa", "Ed448", "8192 bits ffdh"}},
		{script: `p 7zz b -mmt2`, all: true, want: []string{"Avr:", "Tot:"}},
	} {
		t.Run(scriptName(c.script), func(t *testing.T) {
			if c.all && !allPrograms() {
				t.Skip("takes minutes: make programs")
			}
			t.Parallel()
			r := programScript(t, axol+" run --root "+root, c.script)
			for _, want := range c.want {
				if r.status != 0 || !strings.Contains(r.stdout, want) || strings.Contains(r.stderr, "axol:") {
					t.Fatalf("no %q: %+v", want, r)
				}
			}
		})
	}
}

// scriptName is the beginning of a script, as the name of a test.
func scriptName(script string) string {
	return strings.ReplaceAll(script[:min(40, len(script))], "/", "|")
}
