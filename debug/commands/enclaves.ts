/** `monitor enclaves`: what the monitor knows of each enclave and shadow. */
import type { Enclave } from "../../monitor/penglai-tvm/state.ts";
import { noMore, systemOf } from "../command-words.ts";
import { toHex } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";
import { columns } from "../text-table.ts";

const PREFIX_BYTES = 8;

export const enclaves: MonitorCommand = {
  name: "enclaves",
  usage: "",
  summary: "each enclave: id, state, pages, first bytes of its measurement",
  run(context, words) {
    noMore(words, 0);
    const { state } = systemOf(context).monitor;
    const rows = [
      ...[...state.enclaves.runs()].flatMap(({ value }) => (value === undefined ? [] : [enclaveRow(value)])),
      ...[...state.shadows.runs()].flatMap(({ value }) =>
        value === undefined
          ? []
          : [
              rowOf(
                value.eid,
                `shadow of ${value.liveForks} live forks`,
                value.region.to - value.region.from,
                value.measurement,
              ),
            ],
      ),
    ];
    return rows.length === 0 ? ["no enclave is alive"] : columns(rows);
  },
};

function enclaveRow({ eid, status, region, heap, mmaps, measurement }: Enclave): string[] {
  const blocks = [region, ...heap.map(({ block }) => block), ...mmaps.map(({ block }) => block)];
  const pages = blocks.reduce((total, { from, to }) => total + to - from, 0);
  return rowOf(eid, status, pages, measurement);
}

const rowOf = (eid: number, status: string, pages: number, measurement: Uint8Array): string[] => [
  `enclave ${eid}`,
  status,
  `${pages} pages`,
  `measured as ${toHex(measurement.subarray(0, PREFIX_BYTES))}…`,
];
