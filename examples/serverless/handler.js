'use strict';

module.exports.subscribe = async () => ({ statusCode: 202 });

module.exports.send = async () => {};
