#!/usr/bin/perl
# Passes frames between two interfaces that it makes, late, slowly and with losses: a stand-in for netem.
# Usage: relay.pl INTERFACE INTERFACE MILLISECONDS KILOBITS_PER_SECOND PERCENT_LOST. It ends with its interfaces.
use strict;
use warnings;
use Time::HiRes qw(time);

use constant {
    TUNSETIFF => 0x400454ca,
    TAP_WITHOUT_HEADER => 0x0002 | 0x1000,
    LONGEST_FRAME => 65536,
    LONGEST_QUEUE => 1000,
};

my ($near, $far, $delay, $rate, $loss) = @ARGV;
srand 1; # the same losses in each run

# The second interface is made last: whoever waits for it finds both.
my @ends = map { { file => tap($_), queue => [], free => 0 } } $near, $far;

while (1) {
    my $bits = '';
    vec($bits, fileno $_->{file}, 1) = 1 for @ends;
    my ($due) = sort { $a <=> $b } map { $_->{queue}[0] ? $_->{queue}[0][0] : () } @ends;
    my $wait = defined $due ? $due - time : undef;
    $wait = 0 if defined $wait && $wait < 0;
    my $ready = select $bits, undef, undef, $wait;
    for my $end (0, 1) {
        take($ends[$end], $ends[1 - $end]) if $ready > 0 && vec $bits, fileno $ends[$end]{file}, 1;
        give($ends[$end]);
    }
}

sub tap {
    my ($name) = @_;
    open my $file, '+<', '/dev/net/tun' or die "/dev/net/tun: $!";
    my $request = pack 'a16 s x22', $name, TAP_WITHOUT_HEADER;
    ioctl $file, TUNSETIFF, $request or die "$name: $!";
    return $file;
}

sub take {
    my ($from, $to) = @_;
    my $length = sysread $from->{file}, my $frame, LONGEST_FRAME;
    if (!defined $length) {
        return if $!{EIO} || $!{EAGAIN} || $!{EINTR}; # the interface is down
        exit;
    }
    return if rand(100) < $loss || @{ $to->{queue} } >= LONGEST_QUEUE;
    my $now = time;
    $to->{free} = $now if $to->{free} < $now;
    $to->{free} += $length * 8 / ($rate * 1000) if $rate > 0;
    push @{ $to->{queue} }, [$to->{free} + $delay / 1000, $frame];
}

sub give {
    my ($end) = @_;
    while ($end->{queue}[0] && $end->{queue}[0][0] <= time) {
        syswrite $end->{file}, (shift @{ $end->{queue} })->[1]; # an interface that is down loses it
    }
}
