/**
 * Calls the local cloud.
 *
 * @returns {Promise<{status: number, body: any, seconds: number, retryAfter: string|null}>} with
 *     status 0 where no answer came
 */
export async function call(method, path, body) {
  const began = performance.now();
  const took = () => (performance.now() - began) / 1000;
  try {
    const response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: parse(text),
      seconds: took(),
      retryAfter: response.headers.get('retry-after'),
    };
  } catch {
    return { status: 0, body: null, seconds: took(), retryAfter: null };
  }
}

function parse(text) {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}
