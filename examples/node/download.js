// The application: it downloads a file with the module's FTP client, and resumes it after a cut.

import { setTimeout as pause } from 'node:timers/promises';
import { ModemError } from './modem.js';

// Milliseconds.
const NETWORK = 90_000; // for a command that waits for the network or the server
const REGISTRATION = 60_000; // for the network to come back
const POLL = 500; // between two questions about the network
const PAUSE = 6_000; // after an attempt without progress, to spare the network and the server

// Signal strength in dBm, or undefined when the module does not know it.
export async function signal(modem) {
	const rssi = parseInt(await modem.ask('AT+CSQ', '+CSQ'), 10);
	return rssi === 99 ? undefined : -113 + 2 * rssi;
}

// Resolves with the content of the file.
export async function download(modem, server, name, attempts = 5) {
	const file = { size: undefined, content: Buffer.alloc(0) };
	for (let attempt = 1; ; attempt++) {
		const before = file.content.length;
		try {
			await connect(modem, server);
			await fetchRest(modem, name, file);
			await disconnect(modem);
			return file.content;
		} catch (error) {
			if (!(error instanceof ModemError) || attempt === attempts) throw error;
			if (file.content.length === before) await pause(PAUSE);
		}
	}
}

// Logs in to the FTP server, whatever state the module is in.
export async function connect(modem, { apn, address, user, password }) {
	await modem.sync();
	await disconnect(modem);
	await registered(modem);
	await modem.command(`AT+AIPDCONT="${apn}"`);
	await modem.command('AT+AIPA=1', NETWORK);
	await modem.command(`AT+AFTPO="${address}",21,"${user}","${password}"`, NETWORK);
	await modem.command('AT+AFTPTYPE=0', NETWORK);
}

export async function disconnect(modem) {
	await modem.attempt('AT+AFTPC', NETWORK);
	await modem.attempt('AT+AIPA=0', NETWORK);
}

// Downloads the file from an offset on. The module must be logged in.
export async function retrieve(modem, name, offset, size, sink) {
	await modem.command('AT+AFTPPASV=1', NETWORK);
	if (offset > 0) await modem.command(`AT+AFTPREST=${offset}`, NETWORK);
	await modem.command(`AT+AFTPRETR="${name}"`, NETWORK);
	await modem.command('AT+AFTPDATA', NETWORK);
	await modem.data(size - offset, sink);
}

// Asks for the size each time: a file that has changed meanwhile is downloaded from its start.
async function fetchRest(modem, name, file) {
	const size = parseInt(await modem.ask(`AT+AFTPSIZE="${name}"`, '+AFTPSIZE', NETWORK), 10);
	if (size !== file.size) {
		file.size = size;
		file.content = Buffer.alloc(0);
	}
	await retrieve(modem, name, file.content.length, size, (bytes) => {
		file.content = Buffer.concat([file.content, bytes]);
	});
}

// Waits until the module is registered, at home or roaming.
async function registered(modem) {
	const deadline = performance.now() + REGISTRATION;
	for (;;) {
		const state = (await modem.ask('AT+CREG?', '+CREG')).split(',')[1];
		if (state === '1' || state === '5') return;
		if (performance.now() > deadline) throw new ModemError(`no network: +CREG says ${state}`);
		await pause(POLL);
	}
}
