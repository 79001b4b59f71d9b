/** The properties panel shows what the engine runs and nothing else. */

const KEPT = new Set([
  "general", "documentation", "CamundaPlatform__UserAssignment", "CamundaPlatform__Form", "CamundaPlatform__Implementation", "CamundaPlatform__CallActivity",
  "CamundaPlatform__Condition", "CamundaPlatform__Input", "CamundaPlatform__ExtensionProperties", "timer", "error", "escalation", "message", "signal", "multiInstance",
]);
/** Only what calls a service or another circuit is given inputs. */
const GIVEN = new Set(["bpmn:ServiceTask", "bpmn:SendTask", "bpmn:CallActivity"]);
const UNRUN = /asynchronous|retryTimeCycle|exclusive$/i;

export default function PanelFilter(propertiesPanel) {
  const given = (group, element) => group.id !== "CamundaPlatform__Input" || GIVEN.has(element.type);
  this.getGroups = (element) => (groups) => {
    const kept = groups.filter((group) => (KEPT.has(group.id) && given(group, element)) || group.id.startsWith("ElementTemplates__"));
    for (const group of kept) if (group.entries) group.entries = group.entries.filter((entry) => !UNRUN.test(entry.id));
    return kept;
  };
  propertiesPanel.registerProvider(200, this);
}
PanelFilter.$inject = ["propertiesPanel"];
