// A GSM/GPRS module that takes AT commands on a serial port.

import { once } from 'node:events';
import { SerialPort } from 'serialport';

// Milliseconds.
const ANSWER = 5_000; // for the final result of a command that the module answers by itself
const SYNC = 1_000; // for the answer to AT
const QUIET = 500; // silence after which NO CARRIER is the end of data mode and not data
const STALLED = 45_000; // without a byte in data mode

const FINAL = /^(OK|CONNECT.*|NO CARRIER|ERROR.*|\+CM[ES] ERROR.*)$/;
const DATA_END = /\r\n(NO CARRIER|ERROR)\r\n$/;
const DATA_END_LENGTH = 14; // at most

// The module refused a command, fell silent, or went away. Another attempt may help.
export class ModemError extends Error {}

export class Modem {
	#port;
	#input = Buffer.alloc(0);
	#gone = false;
	#wake = () => {};

	static async open(path, baudRate = 115200) {
		const port = new SerialPort({ path, baudRate, autoOpen: false });
		await new Promise((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
		return new Modem(port);
	}

	constructor(port) {
		this.#port = port;
		port.on('data', (chunk) => {
			this.#input = Buffer.concat([this.#input, chunk]);
			this.#wake();
		});
		port.on('error', () => {}); // close follows
		port.on('close', () => {
			this.#gone = true;
			this.#wake();
		});
	}

	async close() {
		if (this.#gone) return;
		this.#port.close();
		await once(this.#port, 'close');
	}

	// Sends a command line and resolves with the lines before its OK or CONNECT. Rejects on any other
	// final result, and if none comes in time.
	async command(line, timeout = ANSWER) {
		this.#write(`${line}\r`);
		const deadline = performance.now() + timeout;
		const answer = [];
		for (;;) {
			const text = await this.#line(deadline);
			if (text === undefined) throw new ModemError(`${line}: no final result within ${timeout} ms`);
			if (text === line) continue; // its echo
			if (!FINAL.test(text)) answer.push(text);
			else if (/^(OK|CONNECT)/.test(text)) return answer;
			else throw new ModemError(`${line}: ${text}`);
		}
	}

	// The same for a command whose failure does not matter.
	async attempt(line, timeout) {
		await this.command(line, timeout).catch((error) => {
			if (!(error instanceof ModemError)) throw error;
		});
	}

	// The value of a line of an answer: "25,99" for "+CSQ: 25,99".
	async ask(line, name, timeout) {
		const answer = await this.command(line, timeout);
		const found = answer.find((text) => text.startsWith(`${name}:`)); // others are unsolicited
		if (found === undefined) throw new ModemError(`${line}: no ${name} in ${JSON.stringify(answer)}`);
		return found.slice(name.length + 1).trim();
	}

	// Finds the module in command mode, or brings it there.
	async sync() {
		for (let i = 0; i < 5; i++) {
			this.#input = Buffer.alloc(0); // the rest of an answer that came too late
			try {
				return await this.command('ATE0', SYNC);
			} catch (error) {
				if (!(error instanceof ModemError) || this.#gone) throw error;
			}
			this.#write('+++');
			await this.#line(performance.now() + SYNC); // OK, if it was in data mode
		}
		throw new ModemError('the module does not answer');
	}

	// Reads what comes after CONNECT into sink: size bytes, or fewer when data mode ends before.
	async data(size, sink) {
		let left = size;
		const pass = (n) => {
			if (n <= 0) return;
			left -= n;
			sink(this.#take(n));
		};
		while (this.#input.length < left) {
			pass(this.#input.length - DATA_END_LENGTH); // the last ones may be the end
			if (await this.#more(performance.now() + QUIET)) continue;
			const end = DATA_END.exec(this.#input.toString('latin1'));
			if (end) {
				pass(end.index);
				this.#input = Buffer.alloc(0);
				throw new ModemError(`${end[1]} after ${size - left} of ${size} bytes`);
			}
			if (!(await this.#more(performance.now() + STALLED))) throw new ModemError(`silent after ${size - left} of ${size} bytes`);
		}
		pass(left);
		const end = await this.#line(performance.now() + ANSWER);
		if (end !== 'NO CARRIER') throw new ModemError(`${end} in place of NO CARRIER`);
	}

	#write(text) {
		if (this.#gone) throw new ModemError('the port is closed');
		this.#port.write(text, 'latin1');
	}

	#take(n) {
		const bytes = this.#input.subarray(0, n);
		this.#input = this.#input.subarray(n);
		return bytes;
	}

	// The next line that is not empty; undefined when there is none before the deadline.
	async #line(deadline) {
		for (;;) {
			const end = this.#input.indexOf('\n');
			if (end >= 0) {
				const text = this.#take(end + 1).toString('latin1').trim();
				if (text) return text;
			} else if (!(await this.#more(deadline))) return undefined;
		}
	}

	// Whether more input comes before the deadline.
	#more(deadline) {
		return new Promise((resolve, reject) => {
			const end = (came) => {
				clearTimeout(timer);
				this.#wake = () => {};
				if (this.#gone) reject(new ModemError('the port is closed'));
				else resolve(came);
			};
			const timer = setTimeout(() => end(false), Math.max(0, deadline - performance.now()));
			this.#wake = () => end(true);
			if (this.#gone) end(false);
		});
	}
}
