// The scenario that every JavaScript client plays against the server of the example `mcp_server`.
//
// A client's script gives `connect(server, answer)`, which returns a session:
//
//   era                                  the negotiated version of the protocol
//   tools()                              the names of the tools, as the framework lists them
//   call(name, args, onProgress, signal) the text of the reply
//   close()
//
// `answer` is undefined or the action of the person at the client: "accept" or "decline".
// `notOffered` names the abilities that the framework does not have, with the reason.
//
// The last line of the standard output is the result as JSON, as that of `../python/scenario.py`.

const ACCOUNTS = "list_all_the_auth_api_accounts";
const KEYS = "list_all_the_auth_api_api_keys";
const REMOVE = "delete_a_the_auth_api_api_key_by_id";
const TOOLS = 46;

const config = JSON.parse(process.env.MCP_SUITE);

const server = (setting) => ({
  mode: config.mode,
  isHttp: config.transport === "http",
  url: config.urls[setting],
  command: config.program,
  args: config.arguments[setting],
  env: config.environment,
});

class Wrong extends Error {}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function control(method, path, body) {
  const response = await fetch(config.control + path, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text ? JSON.parse(text) : undefined;
}

/// The requests that reached the API, as "METHOD path".
async function sent() {
  const { result } = await control("GET", "/control/requests");
  return result.map(({ method, target }) => `${method} ${target.split("?")[0]}`).join(", ");
}

function expect(isRight, message) {
  if (!isRight) throw new Wrong(message);
}

async function connected(connect, setting, answer, use) {
  const session = await connect(server(setting), answer);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

async function reply(connect, setting, answer, name, args) {
  return connected(connect, setting, answer, (session) => session.call(name, args));
}

const checks = {
  list: (connect) =>
    connected(connect, "plain", undefined, async (session) => {
      const names = await session.tools();
      expect(names.length === TOOLS && names.includes(ACCOUNTS), `${names.length} of ${TOOLS} tools`);
      return session.era;
    }),

  async call(connect) {
    const text = await reply(connect, "plain", undefined, ACCOUNTS, {});
    expect(text.includes("Acme") && text.includes("Globex"), text);
    expect((await sent()) === "GET /proxy/accounts", `sent ${await sent()}`);
  },

  async refuse(connect) {
    const text = await reply(connect, "plain", undefined, KEYS, { projectID: "prj_112", limit: "5" });
    expect(text.includes("did you mean `projectId`"), text);
    expect((await sent()) === "", `sent ${await sent()}`);
  },

  page: (connect) =>
    connected(connect, "paged", undefined, async (session) => {
      const names = new Set(await session.tools());
      expect(names.size === TOOLS, `${names.size} of ${TOOLS} tools`);
    }),

  async approve(connect) {
    const text = await reply(connect, "asking", "accept", REMOVE, { id: "key_101" });
    expect((await sent()) === "DELETE /proxy/api_keys/key_101", `sent ${await sent()}: ${text}`);
  },

  async decline(connect) {
    const text = await reply(connect, "asking", "decline", REMOVE, { id: "key_101" });
    expect((await sent()) === "", `sent ${await sent()}`);
    expect(text.includes("declined"), text);
  },

  /// A client without a way to ask is told that a person must approve the call.
  async unasked(connect) {
    const text = await reply(connect, "asking", undefined, REMOVE, { id: "key_101" });
    expect((await sent()) === "", `sent ${await sent()}`);
    expect(text.includes("a person") && text.includes("approv"), text);
  },

  async cancel(connect) {
    await control("POST", "/control/faults", { kind: { slow_headers: 60_000 } });
    await connected(connect, "plain", undefined, async (session) => {
      const stop = new AbortController();
      let end = "the call did not end";
      const call = session.call(ACCOUNTS, {}, undefined, stop.signal).then(
        (text) => (end = `the call gave ${text}`),
        () => (end = undefined),
      );
      for (let tries = 0; (await sent()) === ""; tries += 1) {
        expect(tries < 200, "nothing was sent");
        await pause(50);
      }
      const start = Date.now();
      stop.abort(new Error("enough"));
      await Promise.race([call, pause(10_000)]);
      expect(end === undefined, end);
      const text = await Promise.race([session.call(ACCOUNTS, {}), pause(10_000)]);
      expect(text?.includes("Acme"), `afterwards ${text}`);
      expect(Date.now() - start < 5_000, "the call ended late");
    });
  },

  async progress(connect) {
    await control("POST", "/control/faults", { kind: { rate_limited: { form: "ratelimit_reset", seconds: 1 } } });
    const messages = [];
    await connected(connect, "plain", undefined, async (session) => {
      const text = await session.call(ACCOUNTS, {}, (message) => messages.push(message));
      expect(text.includes("Acme"), text);
      await pause(100);
    });
    const isReported = messages.some((message) => message?.includes("the rate limit is exhausted"));
    expect(isReported, `told ${JSON.stringify(messages)}`);
  },
};

function reason(error) {
  const text = String(error?.message ?? error).replace(/\s+/g, " ");
  return error instanceof Wrong ? text : `${error?.name ?? "error"}: ${text}`;
}

async function one(check, connect) {
  await control("POST", "/control/reset");
  const late = pause(45_000).then(() => {
    throw new Wrong("no end after 45 s");
  });
  try {
    return ["yes", await Promise.race([check(connect), late])];
  } catch (error) {
    if (config.verbose) console.error(error);
    return [`no: ${reason(error).slice(0, 300)}`];
  }
}

export async function main(connect, notOffered = {}) {
  const results = {};
  let era;
  for (const ability of config.abilities) {
    if (ability in notOffered) {
      results[ability] = `not offered: ${notOffered[ability]}`;
      continue;
    }
    const [result, found] = await one(checks[ability], connect);
    results[ability] = result;
    era = found ?? era;
  }
  process.stdout.write(`\n${JSON.stringify({ era, results })}\n`, () => process.exit(0));
}
