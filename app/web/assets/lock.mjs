/** After a change of versions (`npm run lock`): the lock keeps names, versions and digests, and no address of any host. */
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const held of Object.values(lock.packages)) {
  delete held.resolved;
  delete held.funding;
}
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
