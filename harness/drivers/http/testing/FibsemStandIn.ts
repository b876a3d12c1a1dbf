import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { encodeTiff } from '../../../image/index.ts';
import { greyPixels } from '../../../numeric/index.ts';

interface Settings {
  resolution: [number, number];
  dwell_time: number;
  hfw: number;
}

/**
 * Answers as fibsem-os 0.5.3 does, as far as autofocus asks it, with its traps: it enforces no range,
 * has no `/capabilities`, and `microscope_state` of a frame keeps the size and dwell time of before.
 * Its frames are noise.
 */
export class FibsemStandIn {
  workingDistance = 0.004;
  stigmation = { x: 0, y: 0 };
  settings: Settings = { resolution: [1536, 1024], dwell_time: 1e-6, hfw: 150e-6 };
  position = { name: null, x: 0, y: 0, z: 0.004, r: 0, t: 0, coordinate_system: 'RAW' };
  manufacturer = 'ThermoMicroscope';
  /** Every request, as `METHOD /path` and its body. */
  readonly asked: (readonly [string, unknown])[] = [];
  /** Awaited before a request is answered; throw in it for a bare 500. */
  before: (path: string) => Promise<void> = async () => {};
  readonly #server: Server;
  #exposed = 0;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const body = text === '' ? {} : JSON.parse(text);
      const asked = `${request.method} ${request.url}`;
      this.asked.push([asked, body]);
      const send = (status: number, type: string, content: string | Uint8Array) =>
        response.writeHead(status, { 'Content-Type': type }).end(content);
      try {
        await this.before(request.url ?? '');
        const answer = this.#answer(asked, body);
        if (answer === undefined) send(404, 'application/json', '{"detail":"Not Found"}');
        else if (answer instanceof Uint8Array) send(200, 'image/tiff', answer);
        else send(200, 'application/json', JSON.stringify(answer));
      } catch {
        send(500, 'text/plain', 'Internal Server Error');
      }
    });
  }

  static async start(): Promise<FibsemStandIn> {
    const standIn = new FibsemStandIn();
    standIn.#server.listen(0, '127.0.0.1');
    await once(standIn.#server, 'listening');
    return standIn;
  }

  get url(): string {
    const at = this.#server.address();
    return `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(asked: string, body: never): object | Uint8Array | undefined {
    const { value, image_settings, position } = body as {
      value: never;
      image_settings: Settings & { reduced_area?: Record<string, number> };
      position: FibsemStandIn['position'];
    };
    switch (asked) {
      case 'GET /health':
        return { status: 'ok', manufacturer: this.manufacturer };
      case 'POST /working_distance/set':
        this.workingDistance = value;
        return { value: this.workingDistance };
      case 'POST /working_distance/get':
        return { value: this.workingDistance };
      case 'POST /stigmation/set':
        this.stigmation = value;
        return { value: this.stigmation };
      case 'POST /stigmation/get':
        return { value: this.stigmation };
      case 'POST /beam_current/get':
        return { value: 5e-11 };
      case 'POST /field_of_view/get':
        return { value: this.settings.hfw };
      case 'POST /dwell_time/get':
        return { value: this.settings.dwell_time };
      case 'POST /resolution/get':
        return { value: this.settings.resolution };
      case 'POST /available_values':
        return { values: [] };
      case 'GET /stage_position':
        return { position: this.position };
      case 'POST /move_stage_absolute':
        this.position = position;
        return { position };
      case 'POST /acquire_image':
        return this.#frame(image_settings);
      default:
        return undefined;
    }
  }

  #frame(settings: Settings & { reduced_area?: Record<string, number> }): Uint8Array {
    const { resolution, reduced_area: area } = settings;
    // As `int()` of Python: what is a hair below a whole number loses a pixel.
    const [width = 0, height = 0] = area
      ? [Math.trunc(area.width! * resolution[0]), Math.trunc(area.height! * resolution[1])]
      : resolution;
    this.#exposed += 1;
    const values = Uint8Array.from(
      { length: width * height },
      (_, i) => (Math.imul(i + 1, 2654435761) >>> 24) ^ this.#exposed,
    );
    return encodeTiff(
      greyPixels(values, width, height),
      JSON.stringify({
        shape: [height, width],
        image: { ...settings, line_integration: null, frame_integration: null },
        version: 'v8',
        microscope_state: {
          timestamp: 1_700_000_000.5,
          stage_position: this.position,
          electron_beam: { ...this.settings, working_distance: this.workingDistance },
        },
      }),
    );
  }
}
