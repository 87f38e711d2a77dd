import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, download, retrieve, signal } from './download.js';
import { Modem, ModemError } from './modem.js';
import { start } from './modemsim.js';

const server = { apn: 'internet', address: '192.0.2.1', user: 'user', password: 'secret' };
const size = 65536;
const healthy = `file fw.bin ${size}\n`; // a scenario in which nothing fails

let sim;
before(async () => (sim = await start(['--speed', '10'])));
after(() => sim?.stop());

// A test of host code that opens the modem; the scenario's verdict is the test's.
function modemTest(name, scenario, host) {
	test(name, { timeout: 120_000 }, () => sim.judge(scenario, () => withModem(host)));
}

async function withModem(host) {
	const modem = await Modem.open(sim.path);
	try {
		return await host(modem);
	} finally {
		await modem.close();
	}
}

// Each 16 bytes of a file that a scenario makes begin with their offset, in 14 hexadecimal digits.
function assertIntact(file) {
	assert.equal(file.length, size);
	for (let offset = 0; offset < size; offset += 16) {
		assert.equal(parseInt(file.toString('latin1', offset, offset + 14), 16), offset);
	}
}

modemTest('downloads a file', healthy, async (modem) => {
	assertIntact(await download(modem, server, 'fw.bin'));
});

modemTest('resumes a download that is cut', 'ftp-cut-and-resume', async (modem) => {
	assertIntact(await download(modem, server, 'fw.bin'));
});

modemTest('gives up on a file that is not there', healthy, async (modem) => {
	await assert.rejects(download(modem, server, 'nothing.bin', 1), new ModemError('AT+AFTPSIZE="nothing.bin": ERROR'));
});

modemTest('reads the signal strength as it changes', 'set signal 25\n', async (modem) => {
	assert.equal(await signal(modem), -63);
	await sim.do('set signal 4');
	assert.equal(await signal(modem), -105);
	await sim.do('set signal 99');
	assert.equal(await signal(modem), undefined);
});

test('a host that does not resume gets a report', { timeout: 120_000 }, async (t) => {
	const broken = async (modem) => {
		for (;;) {
			const parts = [];
			try {
				await connect(modem, server);
				await retrieve(modem, 'fw.bin', 0, size, (bytes) => parts.push(bytes));
				return Buffer.concat(parts);
			} catch (error) {
				if (!(error instanceof ModemError)) throw error;
			}
		}
	};
	const report = await sim.judge('ftp-cut-and-resume', () => withModem(broken)).catch((error) => error.message);
	assert.match(report, /^ftp-cut-and-resume\.scn:10: forbidden, but it happened: ftp:restart fw\.bin\n/m);
	t.diagnostic(report);
});
