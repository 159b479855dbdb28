import type { Rounds, Subject } from "./in-turn.js";
import { measureInTurn, nextOf, READS, WRITES } from "./in-turn.js";
import type { Latency, Measure } from "./latency.js";
import { getByIdAndOpen, openHeld, refresh, subjectOf } from "./latency.js";
import type { PeerRow, PeerStore } from "./peer-store.js";
import type { Stage } from "./stage.js";

/** Mooring and better-auth on the same PostgreSQL, in the same rounds. */
export async function measurePeer(
  [small, large]: readonly [Stage, Stage],
  [smallPeer, largePeer]: readonly [PeerStore, PeerStore],
): Promise<readonly Latency[]> {
  const [nextSmall, nextLarge] = [nextOf(small.sample), nextOf(large.sample)];
  const [nextSmallPeer, nextLargePeer] = [nextOf(smallPeer.sample), nextOf(largePeer.sample)];
  const results: Latency[] = [];
  const compare = async (measures: readonly Measure[], call: PeerCall, rounds: Rounds): Promise<void> => {
    const subjects = [
      ...measures.flatMap((measure) => [
        subjectOf(measure, small, nextSmall),
        subjectOf(measure, large, nextLarge),
      ]),
      peerSubject(call, smallPeer, nextSmallPeer),
      peerSubject(call, largePeer, nextLargePeer),
    ];
    const measured = await measureInTurn(subjects, rounds);
    [...measures.map(({ name }) => `Mooring: ${name}`), `better-auth: ${call.name}`].forEach(
      (name, index) => {
        const [ofSmall, ofLarge] = [measured[2 * index], measured[2 * index + 1]];
        if (ofSmall !== undefined && ofLarge !== undefined) {
          results.push({ name, small: ofSmall, large: ofLarge });
        }
      },
    );
  };
  await compare([openHeld, getByIdAndOpen], getAccessToken, READS);
  await compare([refresh], refreshToken, WRITES);
  return results;
}

interface PeerCall {
  readonly name: string;
  run(store: PeerStore, row: PeerRow): Promise<unknown>;
}

const getAccessToken: PeerCall = {
  name: "auth.api.getAccessToken()",
  run: ({ auth }, body) => auth.api.getAccessToken({ body: { ...body } }),
};
const refreshToken: PeerCall = {
  name: "auth.api.refreshToken()",
  run: ({ auth }, body) => auth.api.refreshToken({ body: { ...body } }),
};

function peerSubject(call: PeerCall, store: PeerStore, nextRow: () => PeerRow): Subject {
  return {
    statements: () => store.statements(),
    begin: () => async () => {
      const row = nextRow();
      return () => call.run(store, row);
    },
  };
}
