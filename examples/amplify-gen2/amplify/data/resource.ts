import { type ClientSchema, a, defineData } from '@aws-amplify/backend';

const schema = a.schema({
  Recipe: a.model({ title: a.string().required(), comments: a.hasMany('Comment', 'recipeId') })
    .authorization((allow) => [allow.authenticated()]),
  Comment: a.model({ text: a.string(), recipeId: a.id(), recipe: a.belongsTo('Recipe', 'recipeId') })
    .authorization((allow) => [allow.authenticated()]),
});

export type Schema = ClientSchema<typeof schema>;

export const data = defineData({ schema, authorizationModes: { defaultAuthorizationMode: 'userPool' } });
