// modemsim for tests in Node: copy this file. One modem serves a suite; each test loads a scenario.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// Starts a modem and resolves once it can be opened. `flags` are flags of the command, `program` is
// its path.
export async function start(flags = [], program = 'modemsim') {
	const ctl = join(tmpdir(), `modemsim-${randomUUID()}`); // removed by modemsim
	const child = spawn(program, ['--json', '--with-parent', '--ctl', ctl, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
	try {
		const ended = once(child, 'close').then(() => {
			throw new Error(said.trim());
		});
		const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
		return new Modemsim(child, JSON.parse(line));
	} catch (error) {
		throw new Error(`${program} does not start: ${error.message}`);
	}
}

class Modemsim {
	#child;
	#kill = () => this.#child.kill();

	constructor(child, { path, pid, ctl }) {
		Object.assign(this, { path, pid, ctl }); // path is what the host opens
		this.#child = child;
		// Tests that never call stop() end nevertheless, and the modem with them.
		process.on('exit', this.#kill);
		for (const handle of [child, child.stdout, child.stderr]) handle.unref();
	}

	// Ends the modem.
	async stop() {
		process.off('exit', this.#kill);
		const ended = once(this.#child, 'exit');
		this.#child.ref();
		if (this.#kill()) await ended;
	}

	// Resets the module and loads a scenario: the name of one of modemsim, or a text of your own.
	async load(scenario) {
		if (/^[\w-]+$/.test(scenario)) await this.#ask('POST', `/load?name=${scenario}`);
		else await this.#ask('POST', '/load', scenario);
	}

	// Runs lines of the scenario language now, such as "network searching".
	async do(lines) {
		await this.#ask('POST', '/do', lines);
	}

	// Ends the run and resolves with { passed, text, report, ... }.
	async verdict() {
		return JSON.parse(await this.#ask('POST', '/verdict'));
	}

	// Runs the host code in a scenario, and rejects with a report if it fails.
	async judge(scenario, host) {
		await this.load(scenario);
		let result, error;
		try {
			result = await host();
		} catch (e) {
			error = e;
		}
		const verdict = await this.verdict();
		if (!verdict.passed) throw new Error(verdict.report, { cause: error });
		if (error) throw error;
		return result;
	}

	#ask(method, path, body) {
		return new Promise((resolve, reject) => {
			const asked = request({ socketPath: this.ctl, method, path, agent: false }, async (answer) => {
				let text = '';
				for await (const chunk of answer.setEncoding('utf8')) text += chunk;
				if (answer.statusCode === 200) resolve(text);
				else reject(new Error(text.trim()));
			});
			asked.on('error', reject);
			asked.end(body);
		});
	}
}
