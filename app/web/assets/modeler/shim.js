/** The Camunda 7 template service lacks createElement, which the create and append menus call. */

export default function TemplateShim(elementTemplates, elementFactory, bpmnFactory) {
  const nest = (child, parent) => Object.assign(child, { $parent: parent });

  function extension(template, element) {
    const found = { "camunda:property": [], "camunda:inputParameter": [] };
    for (const { binding, value, optional } of template.properties) {
      if (!(binding.type in found) || (optional && !value)) continue;
      const type = binding.type === "camunda:property" ? "camunda:Property" : "camunda:InputParameter";
      found[binding.type].push(bpmnFactory.create(type, { name: binding.name, value }));
    }
    const values = [];
    const wrap = (type, key, items) => {
      if (!items.length) return;
      const holder = bpmnFactory.create(type, { [key]: items });
      items.forEach((item) => nest(item, holder));
      values.push(holder);
    };
    wrap("camunda:Properties", "values", found["camunda:property"]);
    wrap("camunda:InputOutput", "inputParameters", found["camunda:inputParameter"]);
    if (!values.length) return;
    const holder = bpmnFactory.create("bpmn:ExtensionElements", { values });
    values.forEach((item) => nest(item, holder));
    element.extensionElements = nest(holder, element);
  }

  elementTemplates.createElement = (template) => {
    const type = template.appliesTo[0];
    const element = bpmnFactory.create(type, { "camunda:modelerTemplate": template.id, "camunda:modelerTemplateVersion": template.version });
    for (const { binding, value } of template.properties) if (binding.type === "property" && value !== undefined) element.set(binding.name, value);
    extension(template, element);
    return elementFactory.createShape({ type, businessObject: element });
  };
}
TemplateShim.$inject = ["elementTemplates", "elementFactory", "bpmnFactory"];
