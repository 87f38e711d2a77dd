# A boot sector for a PC: it asks the modem on COM1 for the signal quality, prints what it sent and
# received on the debug console (port 0xE9), and ends QEMU.
# It polls, and needs neither CTS nor DSR: over a pty QEMU shows both as off.

	.set	COM1, 0x3f8
	.set	CONSOLE, 0xe9
	.set	EXIT, 0xf4		# QEMU ends with 2 * code + 1
	.set	PASSED, 0x10
	.set	FAILED, 0x11

	.set	TICKS, 0x46c		# the BIOS counts 18.2 ticks a second here
	.set	LIMIT, 10 * 18		# for one command
	.set	LINE, 0x600		# the line that comes in, ended by 0
	.set	LAST, 0x6ff

	.code16
	.globl	_start
_start:
	ljmp	$0, $main
main:
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	$0x7c00, %sp
	movw	%ax, TICKS		# or midnight may fall between
	movw	%ax, TICKS + 2
	sti
	cld

	movw	$uart, %si		# 115200 baud, 8N1, FIFOs on, DTR and RTS on
set:	lodsw
	testw	%ax, %ax
	jz	ready
	movzbw	%ah, %dx
	addw	$COM1, %dx
	outb	%al, %dx
	jmp	set

ready:	movw	$status, %si
	call	tell
	movw	$COM1 + 6, %dx
	inb	%dx, %al
	call	hex

	movw	$echo, %si
	call	command
	movw	$signal, %si
	call	command
	cmpb	$0, told
	movw	$missing, %si
	je	fail
	movw	$passed, %si
	call	tell
	movb	$PASSED, %al
	outb	%al, $EXIT

fail:	call	tell
	movb	$FAILED, %al
	outb	%al, $EXIT
halt:	hlt
	jmp	halt

# Sends the command at SI and reads up to its OK. Whatever else ends it is a failure.
command:
	push	%si
	movw	$sends, %si
	call	tell
	pop	%si
	push	%si
	call	tell
	pop	%si
send:	movw	$COM1 + 5, %dx
	inb	%dx, %al
	testb	$0x20, %al		# room for a byte
	jz	send
	lodsb
	testb	%al, %al
	jz	answer
	movw	$COM1, %dx
	outb	%al, %dx
	jmp	send

answer:	movw	TICKS, %bx		# when it was sent
line:	movw	$LINE, %di
byte:	movw	TICKS, %ax
	subw	%bx, %ax
	cmpw	$LIMIT, %ax
	movw	$silent, %si
	ja	fail
	movw	$COM1 + 5, %dx
	inb	%dx, %al
	testb	$1, %al			# a byte has come
	jz	byte
	movw	$COM1, %dx
	inb	%dx, %al
	cmpb	$'\n', %al
	je	whole
	cmpb	$'\r', %al
	je	byte
	cmpw	$LAST, %di
	jae	byte
	stosb
	jmp	byte

whole:	cmpw	$LINE, %di
	je	line			# an empty one
	movb	$0, (%di)
	movw	$gets, %si
	call	tell
	movw	$LINE, %si
	call	tell
	movw	$end, %si
	call	tell

	movw	$csq, %si
	movw	$csqEnd - csq, %cx
	call	begins
	jne	final
	movb	$1, told
final:	movw	$error, %si
	movw	$errorEnd - error, %cx
	call	begins
	movw	$refused, %si
	je	fail
	movw	$ok, %si
	movw	$okEnd - ok, %cx
	call	begins
	jne	line
	ret

# Compares the beginning of the line with CX bytes at SI; equal: ZF.
begins:	movw	$LINE, %di
	repe	cmpsb
	ret

# Prints the text at SI. A CR is printed as a line end.
tell:	lodsb
	testb	%al, %al
	jz	told0
	cmpb	$'\r', %al
	jne	out
	movb	$'\n', %al
out:	outb	%al, $CONSOLE
	jmp	tell
told0:	ret

# Prints AL in hexadecimal, and a line end.
hex:	movb	%al, %cl
	shrb	$4, %al
	call	digit
	movb	%cl, %al
	andb	$15, %al
	call	digit
	movb	$'\n', %al
	outb	%al, $CONSOLE
	ret
digit:	cmpb	$10, %al		# three instructions from a nibble to its digit
	sbbb	$0x69, %al
	das
	outb	%al, $CONSOLE
	ret

told:	.byte	0			# +CSQ: has come

# Registers of the 16550: value, number.
uart:	.byte	0x80, 3			# the next two are the divisor
	.byte	1, 0
	.byte	0, 1
	.byte	3, 3			# 8N1
	.byte	7, 2			# FIFOs on and empty
	.byte	3, 4			# DTR, RTS
	.word	0

echo:	.asciz	"ATE0\r"
signal:	.asciz	"AT+CSQ\r"
sends:	.asciz	"guest: > "
gets:	.asciz	"guest: < "
status:	.asciz	"guest: modem status "
passed:	.asciz	"guest: passed\n"
silent:	.asciz	"guest: failed: no final result in 10 s\n"
refused: .asciz	"guest: failed: refused\n"
missing: .asciz	"guest: failed: no +CSQ\n"
end:	.asciz	"\n"
csq:	.ascii	"+CSQ: "
csqEnd:
error:	.ascii	"ERROR"
errorEnd:
ok:	.asciz	"OK"
okEnd:

	.org	510
	.word	0xaa55
