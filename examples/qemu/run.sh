#!/bin/sh
# Boots the guest in QEMU with a modem on its first serial port, and passes when the guest does.
#
#	sh run.sh WIRE
#
# WIRE is the path of a tty, or an argument of -serial of QEMU: tcp:HOST:PORT, unix:PATH,
# tcp:HOST:PORT,server=on.
set -eu
folder=$(dirname "$0")
wire=$1
made=$(mktemp -d)
trap 'rm -r "$made"' EXIT
trap 'exit 1' HUP INT TERM

as --32 -o "$made/guest.o" "$folder/guest.S"
ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o "$made/guest.img" "$made/guest.o"

case $wire in
tcp:* | unix:*) set -- -serial "$wire" ;;
*) set -- -chardev "serial,id=modem,path=$wire" -serial chardev:modem ;;
esac
status=0
qemu-system-x86_64 -accel tcg -nodefaults -no-user-config -display none "$@" \
	-drive "file=$made/guest.img,format=raw" \
	-debugcon stdio -device isa-debug-exit,iobase=0xf4,iosize=4 || status=$?
[ "$status" = 33 ] # QEMU doubles the guest's exit code 16 and adds 1
