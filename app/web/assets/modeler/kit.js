/** The modeller assembled: bpmn-js, the Camunda 7 panel, our templates, checks, simulation, in French. */
import Modeler from "bpmn-js/lib/Modeler";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CamundaPlatformPropertiesProviderModule } from "bpmn-js-properties-panel";
import { ElementTemplatesPropertiesProviderModule } from "bpmn-js-element-templates";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import CamundaBehaviors from "camunda-bpmn-js-behaviors/lib/camunda-platform";
import ElementTemplateChooser from "@bpmn-io/element-template-chooser";
import { CreateAppendAnythingModule, CreateAppendElementTemplatesModule } from "bpmn-js-create-append-anything";
import LintModule from "bpmn-js-bpmnlint";
import TokenSimulation from "bpmn-js-token-simulation";
import Minimap from "diagram-js-minimap";
import ColorPicker from "bpmn-js-color-picker";
import Acts from "./acts.js";
import Delay from "./delay.js";
import PanelFilter from "./panel.js";
import TemplateShim from "./shim.js";
import { LINTING } from "./lint.js";
import { translate } from "./french/index.js";
import { TEMPLATES } from "./templates.js";

const OWN = {
  __init__: ["templateShim", "panelFilter", "vaguemestreActs", "vaguemestreDelay"],
  templateShim: ["type", TemplateShim],
  panelFilter: ["type", PanelFilter],
  vaguemestreActs: ["type", Acts],
  vaguemestreDelay: ["type", Delay],
  translate: ["value", translate],
};

/** Throws when one of our own templates is refused: a fault of this bundle, never of the designer. */
export function assemble(canvas, panel) {
  const modeler = new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel },
    linting: LINTING,
    moddleExtensions: { camunda },
    additionalModules: [
      BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CamundaPlatformPropertiesProviderModule, ElementTemplatesPropertiesProviderModule,
      CamundaBehaviors, ElementTemplateChooser, CreateAppendAnythingModule, CreateAppendElementTemplatesModule, LintModule, TokenSimulation, Minimap, ColorPicker, OWN,
    ],
  });
  modeler.on("elementTemplates.errors", ({ errors }) => {
    throw new Error(errors.map((error) => error.message).join("\n"));
  });
  modeler.get("elementTemplatesLoader").setTemplates(TEMPLATES);
  return modeler;
}
