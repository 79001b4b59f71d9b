/** «Délai» on an agent's step: a boundary timer that does not interrupt it, alone or with its reminder. */
import { word } from "../shared/words.js";

const WORDS = {
  fr: { delai: "Ajouter un délai", relance: "Ajouter un délai et sa relance", nom: "{n} j" },
  en: { delai: "Add a deadline", relance: "Add a deadline and its reminder", nom: "{n} d" },
};
const DAYS = 3;

export default function Delay(contextPad, modeling, bpmnFactory, elementFactory, elementTemplates, selection) {
  contextPad.registerProvider(this);

  function timer(step) {
    const duration = bpmnFactory.create("bpmn:FormalExpression", { body: `\${jours_ouvres(${DAYS})}` });
    const definition = bpmnFactory.create("bpmn:TimerEventDefinition", { timeDuration: duration });
    const event = bpmnFactory.create("bpmn:BoundaryEvent", { name: word("nom", { n: DAYS }, WORDS), cancelActivity: false, eventDefinitions: [definition] });
    duration.$parent = definition;
    definition.$parent = event;
    const taken = step.attachers.length;
    const shape = elementFactory.createShape({ type: "bpmn:BoundaryEvent", businessObject: event });
    return modeling.createShape(shape, { x: step.x + 25 + 45 * (taken % 3), y: step.y + step.height }, step, { attach: true });
  }

  function remind(step) {
    const shape = elementTemplates.createElement(elementTemplates.getLatest("vaguemestre.service.courrier.relancer")[0]);
    const inputs = shape.businessObject.extensionElements.values[0].inputParameters;
    inputs.find((input) => input.name === "etape").value = step.id;
    const event = timer(step);
    return modeling.appendShape(event, shape, { x: event.x + event.width / 2 + 20, y: event.y + 110 });
  }

  const entry = (title, className, run) => ({ group: "model", className, title, action: { click: (_event, step) => selection.select(run(step)) } });

  this.getContextPadEntries = (element) =>
    element.type === "bpmn:UserTask"
      ? {
          "vaguemestre.delai": entry(word("delai", {}, WORDS), "bpmn-icon-intermediate-event-catch-non-interrupting-timer", timer),
          "vaguemestre.relance": entry(word("relance", {}, WORDS), "vaguemestre-icone-relance", remind),
        }
      : {};
}
Delay.$inject = ["contextPad", "modeling", "bpmnFactory", "elementFactory", "elementTemplates", "selection"];
