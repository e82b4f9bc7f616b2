# Regular expressions, sorting, hashes, formats, pack, local, closures, objects, big loops, files.
use strict;
use warnings;

open my $f, '<', 'text' or die;
my @lines = <$f>;
close $f;
my %count;
for (@lines) { $count{lc $1}++ while /(\w+)/g }
print "$_ $count{$_}\n" for sort { $count{$b} <=> $count{$a} || $a cmp $b } grep !/^\d/, keys %count;
(my $x = join '', @lines) =~ s/(\d+)/$1 * 2/ge;
print length $x, " ", unpack('%32C*', $x), "\n";
print "match $1-$2 pre<$`> post<$'>\n" if "2024-05-06T" =~ /(?<y>\d{4})-(\d\d)/ and $+{y} == 2024;
print join('|', 'a1b22c333' =~ /(\d+)/g), ' ', join('|', split /,\s*/, 'a, b,c,,,'), ' ', 'abc' =~ tr/a-c/A-C/r, "\n";
print join(' ', map { sprintf '%s:%03d:%.3e:%x:%b', $_, $_, $_, $_, $_ } 1, 7, 255), "\n";
print join(' ', unpack 'N n C a3 w H4', pack 'N n C a3 w H4', 1 << 30, 513, 65, 'xyz', 300, 'beef'), "\n";
print unpack('H*', pack 'd< f> q Z5 U', 0.1, -2.5, -1, 'abcdefg', 0x20ac), "\n";
my @sorted = sort { $a <=> $b } map { ($_ * 7919) % 1009 } 1 .. 1000;
print "@sorted[0 .. 5] @sorted[-3 .. -1] ", scalar(reverse 'hello'), "\n";
sub fib { my $n = shift; $n < 2 ? $n : fib($n - 1) + fib($n - 2) }
print fib(18), "\n";
my @c = map { my $n = $_; sub { $n++ } } 1 .. 3;
$_->() for @c, @c;
print join(',', map { $_->() } @c), "\n";
package Animal { sub new { my ($c, %a) = @_; bless {%a}, $c } sub speak { my $s = shift; ref($s) . " $s->{name}" } sub DESTROY { print "gone $_[0]{name}\n" } }
package Dog { our @ISA = 'Animal'; sub speak { my $s = shift; $s->SUPER::speak() . ' barks' } }
{ my $d = Dog->new(name => 'Rex'); print $d->speak, ' ', Dog->can('speak') ? 1 : 0, "\n" }
eval { die { code => 5 } };
print "died $@->{code}\n";
eval { my $z = 1 / ($x eq '' ? 1 : 0) };
print $@;
my $s = 0;
$s += sqrt($_) * sin($_) for 1 .. 20000;
printf "%.12g %s %s %s\n", $s, 1e15 + 0.3, 2**64, 18446744073709551615 + 0;
print 9**20, ' ', int(-3.7), ' ', -7 % 3, ' ', 1_000_000 * 1_000_000, ' ', 0.1 + 0.2 == 0.3 ? 'eq' : 'ne', ' ', 'abc' x 3, ' ', "10" + "20", "\n";
local $, = '-';
print sort(keys %ENV), "\n";
open my $o, '>', 'out' or die;
printf $o "%05d\n", $_ for 1 .. 100;
close $o;
print -s 'out', (stat 'out')[7], -e 'nothere' ? 1 : 0, "\n";
opendir my $d, '.' or die;
print sort(grep !/^\./, readdir $d), "\n";
local $SIG{USR1} = sub { print "signal @_\n" };
kill USR1 => $$;
local $SIG{__WARN__} = sub { print "warning: @_" };
my $undef;
print "x$undef\n";
printf "%vd %s\n", $^V, lc 'ÀÉ';
exit 3;
