/** The properties panel shows what the engine runs and nothing else. */

const KEPT = new Set([
  "general", "documentation", "CamundaPlatform__UserAssignment", "CamundaPlatform__Form", "CamundaPlatform__Implementation", "CamundaPlatform__CallActivity",
  "CamundaPlatform__Condition", "CamundaPlatform__Input", "CamundaPlatform__ExtensionProperties", "timer", "error", "escalation", "message", "signal", "multiInstance",
]);
const UNRUN = /asynchronous|retryTimeCycle|exclusive$/i;

export default function PanelFilter(propertiesPanel) {
  this.getGroups = () => (groups) => {
    const kept = groups.filter((group) => KEPT.has(group.id) || group.id.startsWith("ElementTemplates__"));
    for (const group of kept) if (group.entries) group.entries = group.entries.filter((entry) => !UNRUN.test(entry.id));
    return kept;
  };
  propertiesPanel.registerProvider(200, this);
}
PanelFilter.$inject = ["propertiesPanel"];
