/** What can be told while drawing; the server's check remains the judge. */
import eventBasedGateway from "bpmnlint/rules/event-based-gateway";
import labelRequired from "bpmnlint/rules/label-required";
import linkEvent from "bpmnlint/rules/link-event";
import noComplexGateway from "bpmnlint/rules/no-complex-gateway";
import noDisconnected from "bpmnlint/rules/no-disconnected";
import noDuplicateFlows from "bpmnlint/rules/no-duplicate-sequence-flows";
import noOverlapping from "bpmnlint/rules/no-overlapping-elements";
import singleDefinition from "bpmnlint/rules/single-event-definition";
import superfluousGateway from "bpmnlint/rules/superfluous-gateway";
import { language } from "../shared/words.js";

const say = (fr, en) => (language() === "fr" ? fr : en);

const is = (node, type) => node.$instanceOf?.(type);

const laneOf = (node) => {
  for (let scope = node.$parent; scope; scope = scope.$parent) {
    const lanes = (scope.laneSets ?? []).flatMap((set) => set.lanes ?? []);
    if (lanes.some((lane) => (lane.flowNodeRef ?? []).includes(node))) return true;
  }
  return false;
};

const assigned = () => ({
  check(node, reporter) {
    if (!is(node, "bpmn:UserTask") || laneOf(node)) return;
    if (["assignee", "candidateGroups", "candidateUsers"].some((name) => node.get(`camunda:${name}`))) return;
    reporter.report(node.id, say("Personne ne se charge de cette étape : donnez un bureau, un rôle ou un couloir.", "Nobody does this step: give an office, a role or a lane."));
  },
});

const noScript = () => ({
  check(node, reporter) {
    if (is(node, "bpmn:ScriptTask")) reporter.report(node.id, say("Un script ne peut pas être déployé : prenez un service ou une table de décision.", "A script cannot be deployed: use a service or a decision table."));
  },
});

const RESERVED = /^(Start|End|Root|StartEventSplit|StartEventJoin|.*\.EndJoin)$/;
const freeName = () => ({
  check(node, reporter) {
    if (is(node, "bpmn:FlowNode") && RESERVED.test(node.id)) reporter.report(node.id, say(`L’identifiant «${node.id}» est réservé : changez-le.`, `The id “${node.id}” is reserved: change it.`));
  },
});

const RULES = {
  "label-required": [labelRequired, "warn"],
  "no-disconnected": [noDisconnected, "warn"],
  "no-duplicate-sequence-flows": [noDuplicateFlows, "warn"],
  "no-overlapping-elements": [noOverlapping, "warn"],
  "superfluous-gateway": [superfluousGateway, "warn"],
  "single-event-definition": [singleDefinition, "error"],
  "no-complex-gateway": [noComplexGateway, "error"],
  "event-based-gateway": [eventBasedGateway, "error"],
  "link-event": [linkEvent, "error"],
  affectation: [assigned, "warn"],
  script: [noScript, "error"],
  identifiant: [freeName, "error"],
};

export const LINTING = {
  bpmnlint: {
    config: { rules: Object.fromEntries(Object.entries(RULES).map(([name, [, level]]) => [name, level])) },
    resolver: {
      resolveRule: (_package, name) => RULES[name][0],
      resolveConfig: () => ({ rules: {} }),
    },
  },
  active: true,
};
